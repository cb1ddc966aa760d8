// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorStorage.Cli.Tests.Archives;

/// <summary>
/// Writes tar archives byte by byte, so that a test can write what no well-meaning library would. Every archive is
/// the same on every run.
/// </summary>
public sealed class TarBuilder
{
    private const int BlockBytes = 512;

    /// <summary>2023-11-14, a fixed moment for every entry that does not name its own.</summary>
    private const long ModifiedAt = 1_700_000_000;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public TarBuilder File(string name, string content, int mode = 0x1A4, int owner = 0) =>
        File(name, Encoding.UTF8.GetBytes(content), mode, owner);

    public TarBuilder File(string name, byte[] content, int mode = 0x1A4, int owner = 0) =>
        Entry('0', name, content: content, mode: mode, owner: owner);

    public TarBuilder Directory(string name, int mode = 0x1ED, int owner = 0) =>
        Entry('5', name, mode: mode, owner: owner);

    public TarBuilder Symlink(string name, string target) => Entry('2', name, target, mode: 0x1FF);

    public TarBuilder HardLink(string name, string target) => Entry('1', name, target);

    public TarBuilder Device(char type, string name, int major, int minor) =>
        Entry(type, name, major: major, minor: minor);

    /// <summary>Records that apply to the next entry: long names, extended attributes, exact times.</summary>
    public TarBuilder Pax(params (string Key, string Value)[] records) =>
        Entry('x', "pax", content: records.SelectMany(record => PaxRecord(record.Key, record.Value)).ToArray());

    /// <summary>One entry with nothing checked.</summary>
    public TarBuilder Entry(
        char type, string name, string link = "", byte[]? content = null, int mode = 0x1A4, int owner = 0,
        int major = 0, int minor = 0, long? claimedSize = null)
    {
        content ??= [];
        var header = new byte[BlockBytes];
        Put(header, 0, 100, name);
        PutOctal(header, 100, 8, mode);
        PutOctal(header, 108, 8, owner);
        PutOctal(header, 116, 8, owner);
        PutOctal(header, 124, 12, claimedSize ?? content.Length);
        PutOctal(header, 136, 12, ModifiedAt);
        header[156] = (byte)type;
        Put(header, 157, 100, link);
        Put(header, 257, 6, "ustar\0");
        Put(header, 263, 2, "00");
        PutOctal(header, 329, 8, major);
        PutOctal(header, 337, 8, minor);
        // The checksum counts its own field as blanks.
        header.AsSpan(148, 8).Fill((byte)' ');
        PutOctal(header, 148, 7, header.Sum(value => value));
        _bytes.Write(header);
        _bytes.Write(content);
        Pad();
        return this;
    }

    public TarBuilder Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>The archive with its two end blocks.</summary>
    public byte[] Build() => [.. _bytes.WrittenSpan, .. new byte[2 * BlockBytes]];

    private static byte[] PaxRecord(string key, string value)
    {
        // The length at the start of a record counts its own digits.
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length) length++;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}={value}\n"));
    }

    private static void Put(byte[] header, int offset, int lengthMax, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(bytes.Length <= lengthMax, $"'{text}' does not fit; use a pax record");
        bytes.CopyTo(header, offset);
    }

    private static void PutOctal(byte[] header, int offset, int length, long value) => Put(
        header, offset, length, Convert.ToString(value, 8).PadLeft(length - 1, '0') + "\0");

    private void Pad()
    {
        _bytes.Write(new byte[(BlockBytes - (_bytes.WrittenCount % BlockBytes)) % BlockBytes]);
    }
}
