// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Archive;

/// <summary>One header block to be written, and what of the entry does not fit into it.</summary>
internal readonly ref struct TarHeaderBlock
{
    private const int NameBytes = 100;
    private const int PrefixBytes = 155;
    private const long ShortNumberMax = (1L << 21) - 1;     // seven octal digits
    private const long LongNumberMax = (1L << 33) - 1;      // eleven
    private const byte PaxType = (byte)'x';

    private readonly TarEntry _entry;
    private readonly ReadOnlySpan<byte> _name;
    private readonly ReadOnlySpan<byte> _link;
    private readonly long _sizeBytes;
    private readonly int _prefixBytes;

    public TarHeaderBlock(TarEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, long sizeBytes)
    {
        (_entry, _sizeBytes) = (entry, sizeBytes);
        _name = name;
        _link = link;
        var prefix = PrefixOf(name);
        var isNamed = IsPlain(name) && (name.Length <= NameBytes || prefix > 0);
        NeedsPax = !isNamed || !IsPlain(link) || link.Length > NameBytes
            || !IsNumber(entry.UserId, ShortNumberMax) || !IsNumber(entry.GroupId, ShortNumberMax)
            || !IsNumber(sizeBytes, LongNumberMax) || !IsNumber(entry.ModifiedAt.Seconds, LongNumberMax)
            || entry.Xattrs.Count > 0;
        _prefixBytes = NeedsPax ? 0 : prefix;
    }

    public bool NeedsPax { get; }

    /// <summary>What the block cannot say, sorted by the bytes of the keys.</summary>
    public SortedDictionary<string, byte[]> PaxRecords()
    {
        var records = new SortedDictionary<string, byte[]>(Utf8Order.Instance);
        if (!IsPlain(_name) || _name.Length > NameBytes) records["path"] = _name.ToArray();
        if (!IsPlain(_link) || _link.Length > NameBytes) records["linkpath"] = _link.ToArray();
        if (!IsNumber(_entry.UserId, ShortNumberMax)) records["uid"] = Decimal(_entry.UserId);
        if (!IsNumber(_entry.GroupId, ShortNumberMax)) records["gid"] = Decimal(_entry.GroupId);
        if (!IsNumber(_sizeBytes, LongNumberMax)) records["size"] = Decimal(_sizeBytes);
        if (!IsNumber(_entry.ModifiedAt.Seconds, LongNumberMax)) records["mtime"] = Decimal(_entry.ModifiedAt.Seconds);
        foreach (var (name, value) in _entry.Xattrs) records[$"SCHILY.xattr.{name}"] = value;
        return records;
    }

    public void WriteTo(Span<byte> block)
    {
        block.Clear();
        Text(block[..NameBytes], _prefixBytes > 0 ? _name[(_prefixBytes + 1)..] : _name);
        Number(block.Slice(100, 8), _entry.Mode);
        Number(block.Slice(108, 8), _entry.UserId);
        Number(block.Slice(116, 8), _entry.GroupId);
        Number(block.Slice(124, 12), _sizeBytes);
        Number(block.Slice(136, 12), _entry.ModifiedAt.Seconds);
        block[156] = TypeOf(_entry.Kind);
        Text(block.Slice(157, NameBytes), _link);
        Number(block.Slice(329, 8), _entry.DeviceMajor);
        Number(block.Slice(337, 8), _entry.DeviceMinor);
        _name[.._prefixBytes].CopyTo(block[345..]);
        Seal(block);
    }

    /// <summary>The header of the PAX records that stand in front of an entry's own.</summary>
    public static void WriteExtension(Span<byte> block, ReadOnlySpan<byte> name, long sizeBytes)
    {
        block.Clear();
        var separator = name.LastIndexOf((byte)'/');
        byte[] full = [.. name[..(separator + 1)], .. "PaxHeaders.0/"u8, .. name[(separator + 1)..]];
        var plain = Plain(full).AsSpan();
        plain[..Math.Min(plain.Length, NameBytes)].TrimEnd((byte)'/').CopyTo(block);
        foreach (var at in (int[])[100, 108, 116]) Number(block.Slice(at, 8), 0);
        Number(block.Slice(124, 12), sizeBytes);
        Number(block.Slice(136, 12), 0);
        block[156] = PaxType;
        Seal(block);
    }

    /// <summary>Magic and checksum, which is over the block with blanks in the checksum's own place.</summary>
    private static void Seal(Span<byte> block)
    {
        "ustar\000"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var each in block) sum += each;
        Number(block.Slice(148, 7), sum);
    }

    /// <summary>
    /// A text that is cut looks like a directory's to old readers when the cut ends in a separator, so that goes too.
    /// </summary>
    private static void Text(Span<byte> field, ReadOnlySpan<byte> text)
    {
        var plain = IsPlain(text) ? text : Plain(text);
        if (plain.Length > field.Length)
        {
            plain = plain[..field.Length];
            if (plain[^1] == '/') plain = plain.TrimEnd((byte)'/');
        }
        plain.CopyTo(field);
    }

    /// <summary>Octal digits and a NUL; zeros when it does not fit, and the PAX records say what it is.</summary>
    private static void Number(Span<byte> field, long value)
    {
        if (!IsNumber(value, (1L << (3 * (field.Length - 1))) - 1)) value = 0;
        for (var at = field.Length - 2; at >= 0; at--)
        {
            field[at] = (byte)('0' + (value & 7));
            value >>= 3;
        }
        field[^1] = 0;
    }

    /// <summary>Where a long name can be cut in two, or 0 when it cannot.</summary>
    private static int PrefixOf(ReadOnlySpan<byte> name)
    {
        if (name.Length <= NameBytes || !IsPlain(name)) return 0;
        var length = name[^1] == '/' ? name.Length - 1 : name.Length;
        var searched = name.Length > PrefixBytes + 1 ? PrefixBytes + 1 : length;
        var separator = name[..searched].LastIndexOf((byte)'/');
        var rest = name.Length - separator - 1;
        return separator <= 0 || rest > NameBytes || rest == 0 ? 0 : separator;
    }

    private static byte TypeOf(TarEntryKind kind) => kind switch
    {
        TarEntryKind.Regular => (byte)'0',
        TarEntryKind.HardLink => (byte)'1',
        TarEntryKind.Symlink => (byte)'2',
        TarEntryKind.CharacterDevice => (byte)'3',
        TarEntryKind.BlockDevice => (byte)'4',
        TarEntryKind.Directory => (byte)'5',
        TarEntryKind.Fifo => (byte)'6',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "cannot be written"),
    };

    private static bool IsNumber(long value, long max) => value >= 0 && value <= max;

    private static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)1, (byte)0x7f);

    private static byte[] Plain(ReadOnlySpan<byte> text)
    {
        var plain = new List<byte>(text.Length);
        foreach (var each in text)
        {
            if (each is > 0 and < 0x80) plain.Add(each);
        }
        return [.. plain];
    }

    private static byte[] Decimal(long value) =>
        Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
