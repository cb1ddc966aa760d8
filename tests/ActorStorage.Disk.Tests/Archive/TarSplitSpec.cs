// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class TarSplitSpec
{
    [Fact]
    public void Should_compute_the_checksum_of_the_format()
    {
        Assert.Equal(0xb90956c775a41001, Sum("123456789"u8));
        Assert.Equal(0x614c3eeee2d81000u, Sum("hello\n"u8));
        Assert.Equal(0ul, Sum([]));
    }

    [Fact]
    public void Should_write_records_as_the_format_has_them()
    {
        var target = new MemoryStream();
        using (var writer = new TarSplitWriter(target))
        {
            writer.Segment("Li8"u8);
            writer.File("./", 0, 0);
            writer.File("./caf\0\u00e9", 1, 0x2310000000000000);
            writer.File("hello", 6, Sum("hello\n"u8));
            writer.File("<", 0, 0);
        }
        Assert.Equal(
            """
            {"type":2,"payload":"TGk4","position":0}
            {"type":1,"name":"./","payload":null,"position":1}
            {"type":1,"name_raw":"Li9jYWbp","size":1,"payload":"IxAAAAAAAAA=","position":2}
            {"type":1,"name":"hello","size":6,"payload":"YUw+7uLYEAA=","position":3}
            """.Split('\n'),
            Text(target.ToArray()).Split('\n')[..4]);
    }

    [Fact]
    public void Should_escape_names_as_go_does()
    {
        var read = ReadArchive.All(new TarBuilder().File("<&>\"\\\u0001\u007f\t\n\r\b\f\u001f").Ended());
        Assert.StartsWith(
            "{\"type\":1,\"name\":\"\\u003c\\u0026\\u003e\\\"\\\\\\u0001\u007f\\t\\n\\r\\b\\f\\u001f\",",
            read.Lines()[1], StringComparison.Ordinal);
        var wide = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("\u00e9\u2028\u2029\u2030\U0001F600\ufffd"));
        read = ReadArchive.All(new TarBuilder().File(wide).Ended());
        Assert.Contains("\"\u00e9\\u2028\\u2029\u2030\U0001F600\ufffd\"", read.Lines()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_a_gzip_of_nothing_when_the_blob_was_empty()
    {
        var read = ReadArchive.All([]);
        Assert.Equal([0x1f, 0x8b], read.TarSplit[..2]);
        Assert.Equal(20, read.TarSplit.Length);
        Assert.Empty(read.Lines());
        using var reader = new TarSplitReader(new MemoryStream(read.TarSplit));
        Assert.Equal(TarSplitRecord.End, reader.Next());
        Assert.Equal(TarSplitRecord.End, reader.Next());
    }

    [Fact]
    public void Should_read_what_others_may_write()
    {
        using var reader = Reader(
            " \n{\"position\":0, \"payload\":\"AAEC\\u002b\\/8=\", \"extra\":{\"a\":[1,{}]}, \"type\":2}\r\n\t"
            + "{\"type\":7,\"payload\":null}"
            + "{\"type\":1,\"name\":\"x\",\"name_raw\":\"Y2Fm6Q==\",\"size\":9,\"payload\":\"AAAAAAAAAAE=\"}"
            + "{\"type\":1,\"name\":\"caf\\u00e9\",\"payload\":null}  ");
        Assert.Equal(TarSplitRecord.Segment, reader.Next());
        Assert.Equal(Convert.FromBase64String("AAEC+/8="), reader.Segment.ToArray());
        Assert.Equal(TarSplitRecord.File, reader.Next());
        Assert.Equal(("caf\0\u00e9", 9, 1ul), (reader.Name, reader.SizeBytes, reader.Crc64));
        Assert.Equal(TarSplitRecord.File, reader.Next());
        Assert.Equal(("caf\u00e9", 0, 0ul), (reader.Name, reader.SizeBytes, reader.Crc64));
        Assert.Equal(TarSplitRecord.End, reader.Next());
    }

    [Fact]
    public void Should_read_records_of_several_mebibytes()
    {
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        var target = new MemoryStream();
        using (var writer = new TarSplitWriter(target))
        {
            writer.Segment(bytes);
            writer.Segment(bytes.AsSpan(1));
            writer.File("a", 0, 0);
        }
        using var reader = new TarSplitReader(new ChunkedStream(target.ToArray(), 1000));
        reader.Next();
        Assert.Equal(bytes, reader.Segment.ToArray());
        reader.Next();
        Assert.Equal(bytes.AsSpan(1).ToArray(), reader.Segment.ToArray());
        Assert.Equal(TarSplitRecord.File, reader.Next());
        Assert.Equal(TarSplitRecord.End, reader.Next());
    }

    [Theory]
    [InlineData("{\"type\":2,\"payload\":\"AA", "cut short")]
    [InlineData("junk", "malformed")]
    [InlineData("[1]", "malformed")]
    [InlineData("{\"type\":2,\"payload\":\"A\"}", "malformed")]
    [InlineData("{\"type\":2,\"payload\":5}", "malformed")]
    [InlineData("{\"type\":\"2\"}", "malformed")]
    [InlineData("{\"type\":1,\"name\":\"a\",\"size\":5,\"payload\":\"AAAA\"}", "malformed")]
    public void Should_be_corrupt_when_a_record_is_not_one(string text, string what)
    {
        using var reader = Reader("{\"type\":1,\"name\":\"a\",\"payload\":null,\"position\":0}\n" + text);
        reader.Next();
        var e = Assert.Throws<StorageException>(() => reader.Next());
        Assert.Equal(StorageErrorKind.Corrupt, e.Kind);
        Assert.StartsWith("tar-split: record 1 ", e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_corrupt_when_the_file_is_cut_anywhere()
    {
        var whole = ReadArchive.All(new TarBuilder().File("a", "hello").Ended()).TarSplit;
        for (var length = 0; length < whole.Length; length++)
        {
            var e = Assert.Throws<StorageException>(() =>
            {
                using var reader = new TarSplitReader(new MemoryStream(whole[..length]));
                while (reader.Next() != TarSplitRecord.End)
                {
                }
            });
            Assert.Equal(StorageErrorKind.Corrupt, e.Kind);
        }
    }

    private static TarSplitReader Reader(string text) =>
        new(new MemoryStream(Compressed.Gzip(Encoding.UTF8.GetBytes(text))));

    private static string Text(byte[] split)
    {
        using var gzip = new GZipStream(new MemoryStream(split), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = TarSplitChecksum.Create();
        sum.Append(bytes);
        return sum.GetCurrentHashAsUInt64();
    }
}
