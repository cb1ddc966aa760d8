// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>What is no archive, and what only looks as if it were none. Each case was tried with the Go tool.</summary>
public sealed class TarReaderRefusalSpec
{
    private static readonly byte[] Zeros = new byte[512];
    private static readonly byte[] File = new TarBuilder().File("a", "hello").ToArray();

    public static TheoryData<string> Truncated => [.. TruncatedCases.Keys];
    public static TheoryData<string> Malformed => [.. MalformedCases.Keys];
    public static TheoryData<string> Tolerated => [.. ToleratedCases.Keys];

    [Theory]
    [MemberData(nameof(Truncated))]
    public void Should_say_unexpected_EOF_when_the_archive_is_cut(string what) =>
        Refused(TruncatedCases[what], "unexpected EOF");

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Should_say_invalid_tar_header_when_a_header_is_none(string what) =>
        Refused(MalformedCases[what], "invalid tar header");

    [Theory]
    [MemberData(nameof(Tolerated))]
    public void Should_read_and_keep_every_byte_when_the_end_is_only_untidy(string what)
    {
        var read = ReadArchive.All(ToleratedCases[what]);
        Assert.Equal(ToleratedCases[what], read.Rebuild());
        Assert.Equal(ToleratedCases[what].Length, read.Summary.DiffSizeBytes);
    }

    [Theory]
    [InlineData('7', 55)]
    [InlineData('S', 83)]
    [InlineData('X', 88)]
    [InlineData('\u00e9', 233)]
    public void Should_name_the_entry_when_its_type_is_unknown(char type, int number)
    {
        var e = ReadArchive.Fails(new TarBuilder().File("odd\n", "xx", type).Ended());
        Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
        Assert.Equal($"entry \"odd\\n\": unhandled tar header type {number}", e.Message);
    }

    [Theory]
    [InlineData("a", "./a")]
    [InlineData("d", "d/")]
    [InlineData("x/../a", "a//")]
    [InlineData("", "./")]
    public void Should_refuse_when_two_entries_have_one_path(string first, string second)
    {
        var e = ReadArchive.Fails(new TarBuilder().File(first).File(second).Ended());
        Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
        Assert.Contains("duplicates of file paths not supported", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_tell_a_rooted_path_from_a_relative_one() =>
        Assert.Equal(4, ReadArchive.All(
            new TarBuilder().Directory("/").Directory("./").File("/a").File("a").Ended()).Entries.Count);

    [Fact]
    public void Should_name_the_limit_when_it_is_exceeded()
    {
        var limits = new ArchiveLimits { EntriesMax = 2, PathLengthMax = 10, HeaderBytesMax = 100 };
        Exceeds(new TarBuilder().File("a").File("b").File("c"), "entries-max");
        Exceeds(new TarBuilder().File("12345678901"), "path-length-max");
        Exceeds(new TarBuilder().Header(new TarFields("a", '2') { Link = "12345678901" }), "path-length-max");
        Exceeds(new TarBuilder().Pax(("comment", new string('x', 100))).File("a"), "header-size-max");
        var both = new TarBuilder().Extension('L', "L", new string('x', 60)).Pax(("k", new string('x', 40)));
        limits = limits with { EntryHeadersBytesMax = 3000 };
        Assert.Equal("x", ReadArchive.All(both.Extension('L', "L", "x").File("a").Ended(), limits).Only.Name);
        var many = new TarBuilder().Pax(("k", "x")).Pax(("k", "x")).Pax(("k", "x"));
        Exceeds(many.Pax(("k", "x")).File("a"), "entry-headers-size-max");
        var empty = new TarBuilder();
        for (var header = 0; header < 10; header++) empty.Extension('K', "K", "");
        Exceeds(empty.File("a"), "entry-headers-size-max");
        Exceeds(new TarBuilder().Header(new TarFields("x", 'x') { Size = "77777777777" }), "header-size-max");
        Exceeds(new TarBuilder().Header(new TarFields("a", '1') { Link = "b/12345678901" }), "path-length-max");
        Exceeds(
            new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"))
                .File("a", "1\n".PadRight(1024, '0')),
            "header-size-max");
        var allowed = new TarBuilder().File(".//1234567/./x").Pax(("k", new string('x', 80))).File("b").Ended();
        Assert.Equal(2, ReadArchive.All(allowed, limits).Entries.Count);

        void Exceeds(TarBuilder archive, string limit)
        {
            var e = ReadArchive.Fails(archive.Ended(), limits);
            Assert.Equal(StorageErrorKind.TooLarge, e.Kind);
            Assert.Contains($"(setting actor-storage.archives.{limit})", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Should_take_extension_data_of_a_whole_mebibyte_by_default()
    {
        var data = TarBuilder.Record(("comment", new string('x', (1 << 20) - 17)));
        Assert.Equal(1 << 20, data.Length);
        Assert.Equal("a", ReadArchive.All(new TarBuilder().Extension('x', "x", data).File("a").Ended()).Only.Name);
        data = TarBuilder.Record(("comment", new string('x', (1 << 20) - 16)));
        var e = ReadArchive.Fails(new TarBuilder().Extension('x', "x", data).File("a").Ended());
        Assert.Equal(StorageErrorKind.TooLarge, e.Kind);
    }

    [Fact]
    public void Should_count_extensions_that_hold_nothing()
    {
        var tar = new TarBuilder();
        for (var i = 0; i < 20_000; i++) tar.Extension(i % 2 == 0 ? 'x' : 'L', "nothing", "");
        var e = ReadArchive.Fails(tar.File("a").Ended());
        Assert.Equal(StorageErrorKind.TooLarge, e.Kind);
        Assert.Contains("entry-headers-size-max", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_fail_in_one_of_its_own_ways_when_bytes_are_random()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var archive = new TarBuilder().Pax(("path", "p"), ("mtime", "1.5")).File("a", "hello").File("b").Ended();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                archive[random.Next(archive.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                Assert.Equal(archive, ReadArchive.All(archive).Rebuild());
            }
            catch (StorageException e)
            {
                Assert.True(
                    e.Kind is StorageErrorKind.InvalidArchive or StorageErrorKind.TooLarge
                        or StorageErrorKind.NotSupported,
                    e.ToString());
            }
        }
    }

    private static void Refused(byte[] archive, string because)
    {
        var e = ReadArchive.Fails(archive);
        Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
        Assert.Contains(because, e.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> TruncatedCases => new()
    {
        ["one byte"] = [1],
        ["less than a block"] = new byte[511],
        ["second header"] = [.. File, .. File[..100]],
        ["payload"] = File[..515],
        ["payload not there"] = File[..512],
        ["second zero block"] = [.. File, .. Zeros, 0, 0],
        ["junk behind a zero block"] = [.. File, .. Zeros, 1],
        ["records"] = new TarBuilder().Pax(("path", "q")).ToArray()[..516],
        ["long name"] = new TarBuilder().Extension('L', "L", "name").ToArray()[..512],
    };

    private static Dictionary<string, byte[]> MalformedCases => new()
    {
        ["text"] = "text "u8.ToArray().SelectMany(each => Enumerable.Repeat(each, 200)).ToArray(),
        ["zero block, then a header"] = [.. Zeros, .. File],
        ["wrong checksum"] = Header(new TarFields { Checksum = "0000001\0" }),
        ["blank checksum"] = Header(new TarFields { Checksum = "        " }),
        ["not octal"] = Header(new TarFields { Mode = "00008" }),
        ["blank inside"] = Header(new TarFields { Mode = "6 44" }),
        ["signed octal"] = Header(new TarFields { Mode = "-644" }),
        ["device not octal"] = Header(new TarFields { Major = "zzz" }),
        ["number too large"] = Header(new TarFields { ModifiedAt = "\u0080" + new string('\u007f', 11) }),
        ["negative size"] = Header(new TarFields { Size = new string('\u00ff', 12) }),
        ["negative size of records"] = Header(new TarFields("x", 'x') { Size = new string('\u00ff', 12) }),
        ["payload of a directory by name"] = new TarBuilder().File("d/", "xx", '\0').Ended(),
        ["record size negative"] = Pax(("size", "-1")),
        ["record not a number"] = Pax(("uid", "zz")),
        ["record number with a tail"] = Pax(("uid", "1\0")),
        ["time with two points"] = Pax(("mtime", "1.2.3")),
        ["time without seconds"] = Pax(("mtime", ".5")),
        ["time with exponent"] = Pax(("mtime", "1e5")),
        ["changed time"] = Pax(("ctime", "x")),
        ["NUL in a path"] = Pax(("path", "a\0b")),
        ["NUL in a key"] = Pax(("a\0b", "a")),
        ["no key"] = Pax(("", "aaa")),
        ["record without length"] = Data("junk"),
        ["record too short"] = Data("4 =\n"),
        ["record longer than its data"] = Data("12 path=q\n"),
        ["record without line feed"] = Data("9 path=qq"),
        ["record without equals sign"] = Data("8 abcd\n\n"),
        ["NULs behind the records"] = Data("10 path=q\n\0\0"),
    };

    private static Dictionary<string, byte[]> ToleratedCases => new()
    {
        ["nothing"] = [],
        ["no end blocks"] = File,
        ["one end block"] = [.. File, .. Zeros],
        ["no padding"] = File[..517],
        ["half the padding"] = File[..617],
        ["only end blocks"] = new byte[1024],
        ["records for nobody"] = new TarBuilder().Pax(("path", "q")).ToArray(),
        ["records, then the end"] = new TarBuilder().Pax(("path", "q")).Ended(),
        ["long name for nobody"] = new TarBuilder().Extension('L', "L", "name").ToArray(),
        ["no records"] = new TarBuilder().Extension('x', "x", "").Ended(),
        ["junk behind the end"] = [.. File, .. new byte[1024], .. "xyz"u8],
        ["much junk behind the end"] = [.. File, .. new byte[1024], .. Enumerable.Repeat((byte)'x', 3_000_000)],
        ["another archive behind the end"] = [.. File, .. new byte[1024], .. File],
        ["sparse name only"] = Pax(("GNU.sparse.name", "sp")),
    };

    private static byte[] Header(TarFields fields) => new TarBuilder().Header(fields).Ended();

    private static byte[] Pax((string, string) record) => new TarBuilder().Pax(record).File("a").Ended();

    private static byte[] Data(string records) => new TarBuilder().Extension('x', "x", records).File("a").Ended();
}
