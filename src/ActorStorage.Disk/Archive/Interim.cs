// SPDX-License-Identifier: Apache-2.0
#pragma warning disable CA1822
using System.Globalization;
using ActorStorage.Disk.Unix;
using Formats = System.Formats.Tar;

namespace ActorStorage.Disk.Archive;

public enum TarEntryKind { Regular, HardLink, Symlink, CharacterDevice, BlockDevice, Directory, Fifo, GlobalHeader }

public sealed record TarEntry
{
    public required string Name { get; init; }
    public string LinkName { get; init; } = "";
    public TarEntryKind Kind { get; init; }
    public uint Mode { get; init; }
    public long UserId { get; init; }
    public long GroupId { get; init; }
    public long SizeBytes { get; init; }
    public FileTime ModifiedAt { get; init; }
    public FileTime? AccessedAt { get; init; }
    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs { get; init; } = [];
}

/// <summary>Stands in until the archive folder arrives.</summary>
public sealed class TarReader : IDisposable
{
    private readonly Formats.TarReader _reader;
    private readonly byte[] _buffer = new byte[1 << 16];
    private Stream? _payload;

    public TarReader(BlobReader b, TarSplitWriter s, ArchiveLimits l) : this(b.S) { }
    public IReadOnlyCollection<uint> UserIds => []; public IReadOnlyCollection<uint> GroupIds => []; public long EntryCount => 0; public BlobSummary Finish() => new(Digest.Sha256(new byte[32]), 1, Digest.Sha256(new byte[32]), 1, Compression.None);
    internal TarReader(Stream stream) => _reader = new Formats.TarReader(stream);

    public ReadOnlySpan<byte> ReadPayload() => _payload is null ? default : _buffer.AsSpan(0, _payload.Read(_buffer));

    public void Dispose() => _reader.Dispose();

    public TarEntry? Next()
    {
        if (_reader.GetNextEntry() is not { } entry) return null;
        _payload = entry.DataStream;
        var extended = (entry as Formats.PaxTarEntry)?.ExtendedAttributes;
        return new TarEntry
        {
            Name = entry.Name,
            LinkName = entry.LinkName,
            Kind = entry.EntryType switch
            {
                Formats.TarEntryType.HardLink => TarEntryKind.HardLink,
                Formats.TarEntryType.SymbolicLink => TarEntryKind.Symlink,
                Formats.TarEntryType.CharacterDevice => TarEntryKind.CharacterDevice,
                Formats.TarEntryType.BlockDevice => TarEntryKind.BlockDevice,
                Formats.TarEntryType.Directory => TarEntryKind.Directory,
                Formats.TarEntryType.Fifo => TarEntryKind.Fifo,
                Formats.TarEntryType.GlobalExtendedAttributes => TarEntryKind.GlobalHeader,
                _ => TarEntryKind.Regular,
            },
            Mode = (uint)entry.Mode,
            UserId = entry.Uid,
            GroupId = entry.Gid,
            SizeBytes = entry.Length,
            ModifiedAt = Time(extended, "mtime") ?? new FileTime(entry.ModificationTime.ToUnixTimeSeconds(), 0),
            AccessedAt = Time(extended, "atime"),
            DeviceMajor = entry is Formats.PosixTarEntry { EntryType: not Formats.TarEntryType.RegularFile } p && IsDevice(p)
                ? (uint)p.DeviceMajor : 0,
            DeviceMinor = entry is Formats.PosixTarEntry { EntryType: not Formats.TarEntryType.RegularFile } q && IsDevice(q)
                ? (uint)q.DeviceMinor : 0,
            Xattrs = extended is null ? [] : extended
                .Where(pair => pair.Key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal))
                .Select(pair => KeyValuePair.Create(
                    pair.Key["SCHILY.xattr.".Length..], System.Text.Encoding.UTF8.GetBytes(pair.Value)))
                .ToList(),
        };
    }

    private static bool IsDevice(Formats.PosixTarEntry entry) =>
        entry.EntryType is Formats.TarEntryType.CharacterDevice or Formats.TarEntryType.BlockDevice;

    private static FileTime? Time(IReadOnlyDictionary<string, string>? extended, string key)
    {
        if (extended is null || !extended.TryGetValue(key, out var text)) return null;
        var value = decimal.Parse(text, CultureInfo.InvariantCulture);
        var seconds = Math.Floor(value);
        return new FileTime((long)seconds, (long)((value - seconds) * 1_000_000_000));
    }
}
