// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>What an archive may ask for. Exceeding one ends in <see cref="StorageErrorKind.TooLarge"/>.</summary>
public sealed record ArchiveLimits
{
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Entries in one archive. Each costs about 32 bytes while the archive is read.</summary>
    public long EntriesMax { get; init; } = 2_000_000;

    /// <summary>Bytes of a name or of a link's target; Linux takes no longer path.</summary>
    public int PathLengthMax { get; init; } = 4096;

    /// <summary>Bytes of extension data (PAX records, GNU long names) in front of one entry.</summary>
    public int HeaderBytesMax { get; init; } = 1 << 20;
}
