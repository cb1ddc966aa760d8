// SPDX-License-Identifier: Apache-2.0
#pragma warning disable CA1822
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Unix;

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
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _left;
    private long _padding;

    public TarReader(BlobReader blob, TarSplitWriter split, ArchiveLimits limits)
        : this(blob.S)
    {
    }

    public IReadOnlyCollection<uint> UserIds => [];
    public IReadOnlyCollection<uint> GroupIds => [];
    public long EntryCount => 0;

    public BlobSummary Finish() =>
        new(Digest.Sha256(new byte[32]), 1, Digest.Sha256(new byte[32]), 1, Compression.None);

    public void Dispose() => _left = 0;

    internal TarReader(Stream stream) => _stream = stream;

    public ReadOnlySpan<byte> ReadPayload()
    {
        var count = _stream.Read(_buffer, 0, (int)Math.Min(_left, _buffer.Length));
        _left -= count;
        return _buffer.AsSpan(0, count);
    }

    public TarEntry? Next()
    {
        Dictionary<string, byte[]> records = [];
        while (true)
        {
            while (!ReadPayload().IsEmpty) continue;
            _stream.ReadExactly(_buffer, 0, (int)_padding);
            var header = new byte[512];
            _stream.ReadExactly(header);
            if (header[0] == 0) return null;
            var size = Number(header, 124, 12);
            (_left, _padding) = (size, (512 - size % 512) % 512);
            if (header[156] != 'x') return Entry(header, records, size);
            records = Records(size);
        }
    }

    private Dictionary<string, byte[]> Records(long size)
    {
        var bytes = new byte[size];
        _stream.ReadExactly(bytes);
        _left = 0;
        Dictionary<string, byte[]> records = [];
        for (var at = 0; at < bytes.Length;)
        {
            var blank = Array.IndexOf(bytes, (byte)' ', at);
            var length = int.Parse(Encoding.ASCII.GetString(bytes, at, blank - at), CultureInfo.InvariantCulture);
            var equals = Array.IndexOf(bytes, (byte)'=', at);
            records[Encoding.ASCII.GetString(bytes, blank + 1, equals - blank - 1)] =
                bytes[(equals + 1)..(at + length - 1)];
            at += length;
        }
        return records;
    }

    private static TarEntry Entry(byte[] header, Dictionary<string, byte[]> records, long size) => new()
    {
        Name = Text(header, 0, 100, records, "path"),
        LinkName = Text(header, 157, 100, records, "linkpath"),
        Kind = (char)header[156] switch
        {
            '1' => TarEntryKind.HardLink, '2' => TarEntryKind.Symlink, '3' => TarEntryKind.CharacterDevice,
            '4' => TarEntryKind.BlockDevice, '5' => TarEntryKind.Directory, '6' => TarEntryKind.Fifo,
            'g' => TarEntryKind.GlobalHeader, _ => TarEntryKind.Regular,
        },
        Mode = (uint)Number(header, 100, 8) & 0xfff,
        UserId = Id(header, 108, records, "uid"),
        GroupId = Id(header, 116, records, "gid"),
        SizeBytes = size,
        ModifiedAt = Time(records, "mtime") ?? new FileTime(Number(header, 136, 12), 0),
        AccessedAt = Time(records, "atime"),
        DeviceMajor = (uint)Number(header, 329, 8),
        DeviceMinor = (uint)Number(header, 337, 8),
        Xattrs = records.Where(pair => pair.Key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key["SCHILY.xattr.".Length..], pair.Value)).ToList(),
    };

    private static long Id(byte[] header, int at, Dictionary<string, byte[]> records, string key) =>
        records.TryGetValue(key, out var text)
            ? long.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture)
            : Number(header, at, 8);

    private static string Text(byte[] header, int at, int length, Dictionary<string, byte[]> records, string key)
    {
        var bytes = records.TryGetValue(key, out var given)
            ? given
            : header[at..(at + length)].TakeWhile(each => each != 0).ToArray();
        return bytes.Length == 0 ? "" : Mono.Unix.UnixEncoding.Instance.GetString(bytes);
    }

    private static long Number(byte[] header, int at, int length) =>
        Encoding.ASCII.GetString(header, at, length).Trim('\0', ' ') is { Length: > 0 } text
            ? Convert.ToInt64(text, 8)
            : 0;

    private static FileTime? Time(Dictionary<string, byte[]> records, string key)
    {
        if (!records.TryGetValue(key, out var text)) return null;
        var value = decimal.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture);
        var seconds = Math.Floor(value);
        return new FileTime((long)seconds, (long)((value - seconds) * 1_000_000_000));
    }
}
