// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Archive;

/// <summary>What a PAX extended header says of the next entry. An empty value leaves the header block's.</summary>
internal sealed class PaxRecords
{
    private const int RecordBytesMin = 5;       // "5 a=\n"
    private readonly Dictionary<string, byte[]> _xattrs = new(StringComparer.Ordinal);

    public string? Path { get; private set; }
    public string? LinkPath { get; private set; }
    public long? SizeBytes { get; private set; }
    public long? UserId { get; private set; }
    public long? GroupId { get; private set; }
    public FileTime? ModifiedAt { get; private set; }
    public FileTime? AccessedAt { get; private set; }

    /// <summary>Null when nothing is said of holes.</summary>
    public SparseRecords? Sparse { get; private set; }

    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs => _xattrs.Count == 0 ? [] : [.. _xattrs];

    /// <summary>The records, or null when the data is malformed. The last one of a key counts.</summary>
    public static PaxRecords? Parse(ReadOnlySpan<byte> data)
    {
        var records = new PaxRecords();
        while (!data.IsEmpty)
        {
            if (!TrySplit(data, out var key, out var value, out var length) || !records.TryAdd(key, value)) return null;
            data = data[length..];
        }
        return records;
    }

    /// <summary>One record as <see cref="Parse"/> reads it.</summary>
    internal static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var length = key.Length + value.Length + 3;     // blank, equals sign, line feed
        var total = length + Digits(length);
        if (Digits(total) > Digits(length)) total++;
        Span<byte> number = stackalloc byte[20];
        Utf8Formatter.TryFormat(total, number, out var written);
        to.Write(number[..written]);
        to.Write(" "u8);
        to.Write(key);
        to.Write("="u8);
        to.Write(value);
        to.Write("\n"u8);
    }

    private static int Digits(int number) => number < 10 ? 1 : 1 + Digits(number / 10);

    /// <summary>One record is "length key=value\n", where the length counts itself.</summary>
    private static bool TrySplit(
        ReadOnlySpan<byte> data, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value, out int length)
    {
        key = value = default;
        var blank = data.IndexOf((byte)' ');
        length = 0;
        if (blank < 0 || !TarNumber.TryParseDecimal(data[..blank], out var announced)) return false;
        if (announced < RecordBytesMin || announced > data.Length || announced <= blank + 1) return false;
        length = (int)announced;
        var record = data[(blank + 1)..length];
        var equals = record.IndexOf((byte)'=');
        if (record[^1] != '\n' || equals <= 0) return false;
        key = record[..equals];
        value = record[(equals + 1)..^1];
        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        const string Xattr = "SCHILY.xattr.";
        if (key.StartsWith("SCHILY.xattr."u8))
        {
            _xattrs[EntryText.Decode(key[Xattr.Length..])] = value.ToArray();
            return !key.Contains((byte)0);
        }
        if (key.StartsWith("GNU.sparse."u8))
        {
            return !key.Contains((byte)0)
                && (Sparse ??= new()).TryAdd(EntryText.Decode(key[SparseRecords.Prefix.Length..]), value);
        }
        return EntryText.Decode(key) switch
        {
            "path" => TryText(value, text => Path = text),
            "linkpath" => TryText(value, text => LinkPath = text),
            "uname" or "gname" => !value.Contains((byte)0),
            "size" => TryNumber(value, number => SizeBytes = number),
            "uid" => TryNumber(value, number => UserId = number),
            "gid" => TryNumber(value, number => GroupId = number),
            "mtime" => TryTime(value, time => ModifiedAt = time),
            "atime" => TryTime(value, time => AccessedAt = time),
            "ctime" => TryTime(value, _ => { }),
            _ => !key.Contains((byte)0),
        };
    }

    private static bool TryText(ReadOnlySpan<byte> value, Action<string?> set)
    {
        if (value.Contains((byte)0)) return false;
        set(value.IsEmpty ? null : EntryText.Decode(value));
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> value, Action<long?> set)
    {
        long number = 0;
        if (!value.IsEmpty && !TarNumber.TryParseDecimal(value, out number)) return false;
        set(value.IsEmpty ? null : number);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> value, Action<FileTime?> set)
    {
        FileTime time = default;
        if (!value.IsEmpty && !TryParseTime(value, out time)) return false;
        set(value.IsEmpty ? null : time);
        return true;
    }

    /// <summary>Decimal seconds with a fraction, of which nine digits count; a sign is that of both parts.</summary>
    internal static bool TryParseTime(ReadOnlySpan<byte> text, out FileTime time)
    {
        time = default;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (!TarNumber.TryParseDecimal(whole, out var seconds)) return false;
        if (fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        long nanoseconds = 0;
        for (var digit = 0; digit < 9; digit++)
        {
            nanoseconds = nanoseconds * 10 + (digit < fraction.Length ? fraction[digit] - '0' : 0);
        }
        var isNegative = whole[0] == '-' && nanoseconds > 0;
        // There is no earlier second: the fraction goes, which no file could keep anyway.
        if (isNegative && seconds == long.MinValue) (isNegative, nanoseconds) = (false, 0);
        time = isNegative ? new FileTime(seconds - 1, 1_000_000_000 - nanoseconds) : new FileTime(seconds, nanoseconds);
        return true;
    }
}
