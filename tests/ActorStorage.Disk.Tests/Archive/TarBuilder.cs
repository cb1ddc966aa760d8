// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>Every field of one header block, as bytes, so that a test can put anything there.</summary>
internal sealed record TarFields(string Name = "a", char Type = '0')
{
    public static readonly byte[] Ustar = "ustar\00000"u8.ToArray();
    public static readonly byte[] Gnu = "ustar  \0"u8.ToArray();

    public string Mode { get; init; } = "0000644";
    public string UserId { get; init; } = "0000000";
    public string GroupId { get; init; } = "0000000";
    public string? Size { get; init; }
    public string ModifiedAt { get; init; } = "14000000000";
    public string Link { get; init; } = "";
    public byte[] Magic { get; init; } = Ustar;
    public string Major { get; init; } = "0000000";
    public string Minor { get; init; } = "0000000";
    public string Prefix { get; init; } = "";

    /// <summary>The twelve bytes behind a prefix.</summary>
    public string Tail { get; init; } = "";
    public string? Checksum { get; init; }
    public bool IsChecksumSigned { get; init; }
}

/// <summary>Writes archives block by block. Text is one byte per character, so that it can be anything.</summary>
internal sealed class TarBuilder
{
    private readonly MemoryStream _bytes = new();

    public TarBuilder Header(TarFields fields, int sizeBytes = 0)
    {
        var block = new byte[512];
        Put(0, 100, fields.Name);
        Put(100, 8, fields.Mode);
        Put(108, 8, fields.UserId);
        Put(116, 8, fields.GroupId);
        Put(124, 12, fields.Size ?? Convert.ToString(sizeBytes, 8).PadLeft(11, '0'));
        Put(136, 12, fields.ModifiedAt);
        block.AsSpan(148, 8).Fill((byte)' ');
        block[156] = (byte)fields.Type;
        Put(157, 100, fields.Link);
        fields.Magic.CopyTo(block, 257);
        Put(329, 8, fields.Major);
        Put(337, 8, fields.Minor);
        Put(345, 155, fields.Prefix);
        if (fields.Tail.Length > 0) Put(500, 12, fields.Tail);
        var sum = fields.IsChecksumSigned ? block.Sum(each => (sbyte)each) : block.Sum(each => each);
        Put(148, 8, fields.Checksum ?? Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return Raw(block);

        void Put(int at, int length, string text) =>
            Encoding.Latin1.GetBytes(text.AsSpan(0, Math.Min(length, text.Length)), block.AsSpan(at, length));
    }

    public TarBuilder File(string name, string content = "", char type = '0') =>
        File(new TarFields(name, type), Encoding.Latin1.GetBytes(content));

    public TarBuilder File(TarFields fields, byte[] content) => Header(fields, content.Length).Padded(content);

    public TarBuilder Directory(string name) => Header(new TarFields(name, '5') { Mode = "0000755" });

    public TarBuilder Symlink(string name, string target) =>
        Header(new TarFields(name, '2') { Link = target, Mode = "0000777" });

    public TarBuilder HardLink(string name, string target) => Header(new TarFields(name, '1') { Link = target });

    public TarBuilder Node(string name, char type, int major = 1, int minor = 3) => Header(
        new TarFields(name, type)
        {
            Major = Convert.ToString(major, 8).PadLeft(7, '0'), Minor = Convert.ToString(minor, 8).PadLeft(7, '0'),
        });

    public TarBuilder Pax(params (string Key, string Value)[] records) =>
        Extension('x', "PaxHeaders/a", string.Concat(records.Select(Record)));

    public TarBuilder Extension(char type, string name, string data) =>
        File(new TarFields(name, type), Encoding.Latin1.GetBytes(data));

    public TarBuilder Padded(byte[] content) => Raw(content).Raw(new byte[-content.Length & 511]);

    public TarBuilder Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>With the two blocks of zeros that end an archive.</summary>
    public byte[] Ended() => [.. ToArray(), .. new byte[1024]];

    public static string Record((string Key, string Value) record)
    {
        var body = $" {record.Key}={record.Value}\n";
        var length = body.Length + 1;
        while (Decimal(length).Length + body.Length != length) length = Decimal(length).Length + body.Length;
        return Decimal(length) + body;
    }

    private static string Decimal(int value) => value.ToString(CultureInfo.InvariantCulture);
}
