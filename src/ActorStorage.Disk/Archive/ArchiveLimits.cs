// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>What an archive may ask for. Exceeding one ends in <see cref="StorageErrorKind.TooLarge"/>, whose text
/// names the limit, the entry and the setting.</summary>
public sealed record ArchiveLimits
{
    public static ArchiveLimits Default { get; } = new();

    /// <summary>For archives that were taken before.</summary>
    internal static ArchiveLimits None { get; } = new()
    {
        EntriesMax = long.MaxValue,
        PathLengthMax = int.MaxValue,
        DepthMax = int.MaxValue,
        HeaderBytesMax = 256 << 20,
        InflatedBytesMax = long.MaxValue,
        RatioMax = int.MaxValue,
    };

    /// <summary>Entries in one archive. Each costs up to 100 bytes while the archive is read.</summary>
    public long EntriesMax { get; init; } = 2_000_000;

    /// <summary>
    /// Bytes of a name, once its dots and needless slashes are out, or of a link's target; Linux takes no longer path.
    /// </summary>
    public int PathLengthMax { get; init; } = 4096;

    /// <summary>Components of a name. No name of the longest length has more than by default.</summary>
    public int DepthMax { get; init; } = 2048;

    /// <summary>Bytes of one extension header (PAX records, GNU long name), or of one list of pieces of a file with
    /// holes.</summary>
    public int HeaderBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of all blocks in front of one entry. They are held in memory, some of them twice.</summary>
    public int EntryHeadersBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes of the archive when it is inflated, and of any file in it with its holes; 16 TiB is what ext4 can
    /// hold in one file.</summary>
    public long InflatedBytesMax { get; init; } = 16L << 40;

    /// <summary>Bytes of the archive for each byte of the blob, as soon as there are more than
    /// <see cref="RatioFromBytes"/>. Of nothing but zeros gzip makes 1032, xz 7000 and zstd 33000.</summary>
    public int RatioMax { get; init; } = 100_000;

    /// <summary>Inflated bytes that any blob may become, whatever the ratio.</summary>
    public long RatioFromBytes { get; init; } = 1L << 30;
}
