// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Mono.Unix;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>Writes archives byte by byte, as no honest tool would.</summary>
internal sealed class TestArchive
{
    private const int BlockSize = 512;
    private readonly List<byte> _bytes = [];

    public sealed record Member(string Name, char Type)
    {
        public int Mode { get; init; } = 0x1a4;     // 0644
        public long UserId { get; init; }
        public long GroupId { get; init; }
        public string ModifiedAt { get; init; } = "1000000000";
        public string? AccessedAt { get; init; }
        public string Link { get; init; } = "";
        public byte[] Content { get; init; } = [];
        public int Major { get; init; }
        public int Minor { get; init; }
        public (string Name, byte[] Value)[] Xattrs { get; init; } = [];
    }

    public TestArchive Add(Member member)
    {
        var records = Records(member);
        if (records.Length > 0) Write(new Member("pax/header", 'x') { Content = records });
        Write(member);
        return this;
    }

    public TestArchive File(string name, string content = "content", int mode = 0x1a4) =>
        Add(new Member(name, '0') { Content = Encoding.UTF8.GetBytes(content), Mode = mode });

    public TestArchive Directory(string name, int mode = 0x1ed) => Add(new Member(name, '5') { Mode = mode });

    public TestArchive Symlink(string name, string target) =>
        Add(new Member(name, '2') { Link = target, Mode = 0x1ff });

    public TestArchive HardLink(string name, string target) => Add(new Member(name, '1') { Link = target });

    public TestArchive Whiteout(string name) => Add(new Member(name, '0'));

    public byte[] ToArray() => [.. _bytes, .. new byte[2 * BlockSize]];

    private static byte[] Records(Member member)
    {
        var records = new MemoryStream();
        if (Encode(member.Name).Length > 100) Record(records, "path", Encode(member.Name));
        if (Encode(member.Link).Length > 100) Record(records, "linkpath", Encode(member.Link));
        if (!long.TryParse(member.ModifiedAt, out var seconds) || seconds < 0)
            Record(records, "mtime", Encode(member.ModifiedAt));
        if (member.AccessedAt is { } accessedAt) Record(records, "atime", Encode(accessedAt));
        if (member.UserId is < 0 or > 0x1fffff) Record(records, "uid", Encode(Decimal(member.UserId)));
        if (member.GroupId is < 0 or > 0x1fffff) Record(records, "gid", Encode(Decimal(member.GroupId)));
        foreach (var (name, value) in member.Xattrs) Record(records, "SCHILY.xattr." + name, value);
        return records.ToArray();
    }

    private static void Record(MemoryStream records, string key, byte[] value)
    {
        var length = key.Length + value.Length + 3;     // blank, equals sign, line feed
        var total = length + Decimal(length).Length;
        if (Decimal(total).Length > Decimal(length).Length) total++;
        records.Write(Encoding.ASCII.GetBytes($"{Decimal(total)} {key}="));
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private void Write(Member member)
    {
        var header = new byte[BlockSize];
        Put(header, 0, 100, Encode(member.Name));
        Put(header, 100, 8, Octal(member.Mode, 7));
        Put(header, 108, 8, Octal(member.UserId & 0x1fffff, 7));
        Put(header, 116, 8, Octal(member.GroupId & 0x1fffff, 7));
        Put(header, 124, 12, Octal(member.Content.Length, 11));
        Put(header, 136, 12, Octal(long.TryParse(member.ModifiedAt, out var at) && at > 0 ? at : 0, 11));
        header[156] = (byte)member.Type;
        Put(header, 157, 100, Encode(member.Link));
        Put(header, 257, 8, "ustar\000"u8.ToArray());
        "00"u8.CopyTo(header.AsSpan(263));
        Put(header, 329, 8, Octal(member.Major, 7));
        Put(header, 337, 8, Octal(member.Minor, 7));
        header.AsSpan(148, 8).Fill((byte)' ');
        Put(header, 148, 8, [.. Octal(header.Sum(each => each), 6), 0, (byte)' ']);
        _bytes.AddRange(header);
        _bytes.AddRange(member.Content);
        _bytes.AddRange(new byte[(BlockSize - member.Content.Length % BlockSize) % BlockSize]);
    }

    private static void Put(byte[] header, int at, int length, byte[] value) =>
        value.AsSpan(0, Math.Min(value.Length, length)).CopyTo(header.AsSpan(at));

    private static byte[] Octal(long value, int digits) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(digits, '0'));

    private static string Decimal(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static byte[] Encode(string text) => text.Length == 0 ? [] : UnixEncoding.Instance.GetBytes(text);
}
