// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace ActorStorage.TestKit.Archives;

/// <summary>
/// Writes tar archives byte by byte, so that a test can write what no well-meaning library would. Every archive is
/// the same on every run: owners, modes and times are fixed unless said, and what is called noise follows from its
/// seed. What only layers have stands in the other part.
/// </summary>
public sealed partial class TarBuilder
{
    private const int BlockBytes = 512;
    private const int NameBytesMax = 100;

    // 0644, 0755 and 0777.
    private const int FileMode = 0x1A4;
    private const int DirectoryMode = 0x1ED;
    private const int LinkMode = 0x1FF;

    private readonly List<Action<Stream>> _parts = [];
    private readonly List<(string Key, byte[] Value)> _forNext = [];

    /// <summary>2023-11-14, a fixed moment for every entry that does not name its own.</summary>
    private long _modifiedAt = 1_700_000_000;

    public TarBuilder File(string name, string content, int mode = FileMode, int owner = 0) =>
        File(name, Encoding.UTF8.GetBytes(content), mode, owner);

    public TarBuilder File(string name, byte[] content, int mode = FileMode, int owner = 0) =>
        Entry('0', name, content: content, mode: mode, owner: owner);

    /// <summary>A file of noise, made while the archive is written: it may be larger than memory.</summary>
    public TarBuilder File(string name, int seed, long sizeBytes, int mode = FileMode, int owner = 0)
    {
        Header('0', name, "", sizeBytes, mode, owner, 0, 0);
        _parts.Add(stream => Noise.Write(stream, seed, sizeBytes));
        return Pad(sizeBytes);
    }

    public TarBuilder Directory(string name, int mode = DirectoryMode, int owner = 0) =>
        Entry('5', name, mode: mode, owner: owner);

    public TarBuilder Symlink(string name, string target) => Entry('2', name, target, mode: LinkMode);

    public TarBuilder HardLink(string name, string target) => Entry('1', name, target);

    /// <param name="type">3 for a character device, 4 for a block device, 6 for a named pipe.</param>
    public TarBuilder Device(char type, string name, int major, int minor) =>
        Entry(type, name, major: major, minor: minor);

    public TarBuilder CharacterDevice(string name, int major, int minor) => Device('3', name, major, minor);

    public TarBuilder BlockDevice(string name, int major, int minor) => Device('4', name, major, minor);

    public TarBuilder Pipe(string name) => Device('6', name, 0, 0);

    /// <summary>When the entries from here on were modified, in whole seconds.</summary>
    public TarBuilder ModifiedAt(DateTimeOffset at)
    {
        _modifiedAt = at.ToUnixTimeSeconds();
        return this;
    }

    /// <summary>Records that apply to the next entry: long names, extended attributes, exact times. They are in one
    /// header in front of it, with those that <see cref="Xattr(string, string)"/> and a name that does not fit make.
    /// </summary>
    public TarBuilder Pax(params (string Key, string Value)[] records)
    {
        foreach (var (key, value) in records) ForNext(key, value);
        return this;
    }

    /// <summary>One entry with nothing checked. Names that do not fit are in a PAX header in front of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number that the header has no room for.</exception>
    public TarBuilder Entry(
        char type, string name, string link = "", byte[]? content = null, int mode = FileMode, int owner = 0,
        int major = 0, int minor = 0, long? claimedSize = null)
    {
        content ??= [];
        Header(type, name, link, claimedSize ?? content.Length, mode, owner, major, minor);
        return Raw(content).Pad(content.Length);
    }

    public TarBuilder Raw(byte[] bytes)
    {
        _parts.Add(stream => stream.Write(bytes));
        return this;
    }

    /// <summary>The archive with its two end blocks.</summary>
    /// <exception cref="InvalidOperationException">Records were to apply to an entry, and none followed.</exception>
    public byte[] Build()
    {
        using var bytes = new MemoryStream();
        WriteTo(bytes);
        return bytes.ToArray();
    }

    /// <inheritdoc cref="Build"/>
    public LayerArchive BuildLayer() => new(Build());

    /// <summary>Writes the archive with its two end blocks, however large it is.</summary>
    public void WriteTo(Stream stream)
    {
        if (_forNext.Count > 0) throw new InvalidOperationException($"no entry follows the record {_forNext[0].Key}");
        foreach (var part in _parts) part(stream);
        stream.Write(new byte[2 * BlockBytes]);
    }

    private void Header(
        char type, string name, string link, long sizeBytes, int mode, int owner, int major, int minor)
    {
        if (!Fits(name)) ForNext("path", name, unlessSaid: true);
        if (!Fits(link)) ForNext("linkpath", link, unlessSaid: true);
        if (_forNext.Count > 0) PaxHeader(TakeForNext());
        var header = new byte[BlockBytes];
        Put(header, 0, NameBytesMax, name);
        PutOctal(header, 100, 8, mode);
        PutOctal(header, 108, 8, owner);
        PutOctal(header, 116, 8, owner);
        PutOctal(header, 124, 12, sizeBytes);
        PutOctal(header, 136, 12, _modifiedAt);
        header[156] = (byte)type;
        Put(header, 157, NameBytesMax, link);
        Put(header, 257, 6, "ustar\0");
        Put(header, 263, 2, "00");
        PutOctal(header, 329, 8, major);
        PutOctal(header, 337, 8, minor);
        // The checksum counts its own field as blanks.
        header.AsSpan(148, 8).Fill((byte)' ');
        PutOctal(header, 148, 7, header.Sum(value => value));
        Raw(header);
    }

    /// <param name="unlessSaid">Not when the test says something else of it.</param>
    private void ForNext(string key, string value, bool unlessSaid = false)
    {
        if (unlessSaid && _forNext.Any(record => record.Key == key)) return;
        _forNext.Add((key, Encoding.UTF8.GetBytes(value)));
    }

    private (string Key, byte[] Value)[] TakeForNext()
    {
        (string, byte[])[] records = [.. _forNext];
        _forNext.Clear();
        return records;
    }

    private void PaxHeader((string Key, byte[] Value)[] records) =>
        Entry('x', "pax", content: [.. records.SelectMany(record => PaxRecord(record.Key, record.Value))]);

    private static byte[] PaxRecord(string key, byte[] value)
    {
        // The length at the start of a record counts its own digits.
        var rest = Encoding.UTF8.GetByteCount($" {key}=\n") + value.Length;
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length) length++;
        var begin = string.Create(CultureInfo.InvariantCulture, $"{length} {key}=");
        return [.. Encoding.UTF8.GetBytes(begin), .. value, (byte)'\n'];
    }

    private static bool Fits(string name) => Encoding.UTF8.GetByteCount(name) <= NameBytesMax;

    private static void Put(byte[] header, int offset, int lengthMax, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.AsSpan(0, Math.Min(lengthMax, bytes.Length)).CopyTo(header.AsSpan(offset));
    }

    private static void PutOctal(byte[] header, int offset, int length, long value)
    {
        var digits = length - 1;
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1L << (3 * digits));
        Put(header, offset, length, Convert.ToString(value, 8).PadLeft(digits, '0') + "\0");
    }

    private TarBuilder Pad(long sizeBytes) => Raw(new byte[-sizeBytes & (BlockBytes - 1)]);
}
