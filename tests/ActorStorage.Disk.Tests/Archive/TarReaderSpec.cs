// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class TarReaderSpec
{
    private static readonly byte[] V7 = new byte[8];

    [Fact]
    public void Should_read_every_type()
    {
        var read = ReadArchive.All(new TarBuilder()
            .File("f", "hello")
            .Header(new TarFields("h", '1') { Link = "f" })
            .Header(new TarFields("s", '2') { Link = "../x" })
            .Header(new TarFields("c", '3') { Major = "0000001", Minor = "0000003" })
            .Header(new TarFields("b", '4') { Major = "0000010", Minor = "0000012" })
            .Header(new TarFields("d/", '5') { Mode = "0101755", UserId = "0001750", GroupId = "0001751" })
            .Header(new TarFields("p", '6'))
            .Extension('g', "pax_global_header", TarBuilder.Record(("comment", "x")))
            .Ended());
        Assert.Equal(Enum.GetValues<TarEntryKind>(), read.Entries.Select(entry => entry.Kind));
        Assert.Equal(
            ["f", "h", "s", "c", "b", "d/", "p", "pax_global_header"], read.Entries.Select(entry => entry.Name));
        Assert.Equal(["", "f", "../x", "", "", "", "", ""], read.Entries.Select(entry => entry.LinkName));
        Assert.Equal("hello"u8.ToArray(), read.Payloads[0]);
        Assert.All(read.Payloads.Skip(1), Assert.Empty);
        Assert.Equal((1u, 3u), (read.Entries[3].DeviceMajor, read.Entries[3].DeviceMinor));
        Assert.Equal((8u, 10u), (read.Entries[4].DeviceMajor, read.Entries[4].DeviceMinor));
        var directory = read.Entries[5];
        Assert.Equal(
            (Convert.ToUInt32("1755", 8), 1000, 1001), (directory.Mode, directory.UserId, directory.GroupId));
        Assert.Equal(new FileTime(Convert.ToInt64("14000000000", 8), 0), read.Entries[0].ModifiedAt);
        Assert.Null(read.Entries[0].AccessedAt);
        Assert.Equal([0u, 1000u], read.UserIds);
        Assert.Equal([0u, 1001u], read.GroupIds);
    }

    [Fact]
    public void Should_be_a_directory_when_an_old_type_ends_in_a_separator()
    {
        var read = ReadArchive.All(new TarBuilder().File("d/", "", '\0').File("e/").File("f", "x", '\0').Ended());
        Assert.Equal(
            [TarEntryKind.Directory, TarEntryKind.Regular, TarEntryKind.Regular],
            read.Entries.Select(entry => entry.Kind));
    }

    [Fact]
    public void Should_put_the_prefix_in_front_where_the_format_has_one()
    {
        var gnu = new TarFields("n") { Prefix = "pre", Magic = TarFields.Gnu };
        Assert.Equal("pre/n", Only(new TarFields("n") { Prefix = "pre" }).Name);
        Assert.Equal("pre/n", Only(new TarFields("n") { Prefix = "pre", Magic = "ustar\0zz"u8.ToArray() }).Name);
        Assert.Equal("pre/", Only(new TarFields("") { Prefix = "pre" }).Name);
        Assert.Equal("n", Only(new TarFields("n") { Prefix = "pre", Magic = V7 }).Name);
        Assert.Equal("pre/n", Only(gnu).Name);
        Assert.Equal("n", Only(gnu with { Prefix = "pr\u00e9" }).Name);
        Assert.Equal("n", Only(gnu with { Magic = "ustar zz"u8.ToArray() }).Name);
        var star = Only(new TarFields("n") { Prefix = new string('p', 131), Tail = "\0\0\0\0\0\0\0\0tar\0" });
        Assert.Equal(new string('p', 131) + "/n", star.Name);
        Assert.Equal(new FileTime(0, 0), star.AccessedAt);
    }

    [Fact]
    public void Should_read_the_access_time_where_gnu_keeps_it()
    {
        var entry = Only(new TarFields("n") { Prefix = "14000000001\0" + "14000000002", Magic = TarFields.Gnu });
        Assert.Equal("n", entry.Name);
        Assert.Equal(new FileTime(Convert.ToInt64("14000000001", 8), 0), entry.AccessedAt);
    }

    [Theory]
    [InlineData("  644 \0", 420)]
    [InlineData("644\0zz", 420)]
    [InlineData("", 0)]
    [InlineData("\0\0 755", 493)]
    [InlineData("0107755", 4077)]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", 4095)]
    public void Should_read_a_mode_however_it_is_padded(string field, int mode) =>
        Assert.Equal((uint)mode, Only(new TarFields { Mode = field }).Mode);

    [Fact]
    public void Should_read_binary_numbers()
    {
        var read = ReadArchive.All(new TarBuilder()
            .Header(new TarFields("a") { UserId = "\u0080\0\0\0\u0001\0\0\u0005", GroupId = new string('\u00ff', 8) })
            .Header(new TarFields("b") { ModifiedAt = new string('\u00ff', 11) + "\u00fe" })
            .Header(new TarFields("c", '5') { Size = new string('\u00ff', 12) })
            .Ended());
        Assert.Equal((0x1000005, -1), (read.Entries[0].UserId, read.Entries[0].GroupId));
        Assert.Equal(new FileTime(-2, 0), read.Entries[1].ModifiedAt);
        Assert.Equal(-1, read.Entries[2].SizeBytes);
        Assert.Equal([0u, 0x1000005u], read.UserIds);
        Assert.Equal([0u, uint.MaxValue], read.GroupIds);
    }

    [Fact]
    public void Should_take_a_checksum_of_signed_bytes() =>
        Assert.Equal("caf\0\u00e9", Only(new TarFields("caf\u00e9") { IsChecksumSigned = true }).Name);

    [Fact]
    public void Should_apply_pax_records_to_the_next_entry_only()
    {
        var read = ReadArchive.All(new TarBuilder()
            .Pax(
                ("path", "long/p"), ("linkpath", "target"), ("uid", "70000"), ("gid", "+7"), ("mtime", "-1.5"),
                ("atime", "5."), ("size", "5"), ("uname", "u"), ("SCHILY.xattr.user.a", "1\0\u00ff"),
                ("LIBARCHIVE.xattr.user.b", "eA=="), ("SCHILY.xattr.user.e", ""))
            .Header(new TarFields("a")).Padded("hello"u8.ToArray())
            .File("b")
            .Ended());
        var entry = read.Entries[0];
        Assert.Equal(
            ("long/p", "target", 70000, 7, 5),
            (entry.Name, entry.LinkName, entry.UserId, entry.GroupId, entry.SizeBytes));
        Assert.Equal((new FileTime(-2, 500_000_000), new FileTime(5, 0)), (entry.ModifiedAt, entry.AccessedAt));
        Assert.Equal(["user.a", "user.e"], entry.Xattrs.Select(each => each.Key));
        Assert.Equal([0x31, 0, 0xff], entry.Xattrs[0].Value);
        Assert.Empty(entry.Xattrs[1].Value);
        Assert.Equal("hello"u8.ToArray(), read.Payloads[0]);
        Assert.Equal(("b", 0L), (read.Entries[1].Name, read.Entries[1].UserId));
    }

    [Theory]
    [InlineData("-0.25", -1, 750_000_000)]
    [InlineData("100.12345678999", 100, 123_456_789)]
    [InlineData("1.5", 1, 500_000_000)]
    [InlineData("-3", -3, 0)]
    [InlineData("", 1610612736, 0)]
    public void Should_read_the_time_of_a_record(string text, long seconds, long nanoseconds) =>
        Assert.Equal(
            new FileTime(seconds, nanoseconds),
            ReadArchive.All(new TarBuilder().Pax(("mtime", text)).File("a").Ended()).Only.ModifiedAt);

    [Fact]
    public void Should_let_the_last_of_equal_records_count()
    {
        Assert.Equal("p2", Named(tar => tar.Pax(("path", "p1"), ("path", "p2"))));
        Assert.Equal("a", Named(tar => tar.Pax(("path", "p1"), ("path", ""))));
        Assert.Equal("a", Named(tar => tar.Pax(("path", "p1")).Pax(("gid", "6"))));
        Assert.Equal("q", Named(tar => tar.Extension('x', "x", "011 path=q\n")));
    }

    [Fact]
    public void Should_forget_records_that_stand_before_a_global_header()
    {
        var read = ReadArchive.All(new TarBuilder()
            .Pax(("path", "lost"))
            .Extension('g', "ghdr", TarBuilder.Record(("uid", "77")))
            .File("a")
            .Extension('g', "ghdr", TarBuilder.Record(("path", "gname")))
            .Ended());
        Assert.Equal(["ghdr", "a", "gname"], read.Entries.Select(entry => entry.Name));
        Assert.Equal([0u], read.UserIds);
    }

    [Fact]
    public void Should_take_gnu_names_before_all_others()
    {
        Assert.Equal("longname", Named(tar => tar.Pax(("path", "p1")).Extension('L', "././@LongLink", "longname\0")));
        Assert.Equal("longname", Named(tar => tar.Extension('L', "././@LongLink", "longname").Pax(("path", "p1"))));
        Assert.Equal("l2", Named(tar => tar.Extension('L', "L", "l1\0").Extension('L', "L", "l2\0junk")));
        Assert.Equal("a", Named(tar => tar.Extension('L', "L", "\0")));
        var link = ReadArchive.All(new TarBuilder()
            .Extension('K', "L", "target\0").Header(new TarFields("s", '2') { Link = "short" }).Ended()).Only;
        Assert.Equal(("s", "target"), (link.Name, link.LinkName));
    }

    [Fact]
    public void Should_read_no_payload_of_types_that_have_none()
    {
        foreach (var type in "123456")
        {
            var archive = new TarBuilder().Header(new TarFields("x", type), 100).File("a", "hello").Ended();
            var read = ReadArchive.All(archive);
            Assert.Equal(["x", "a"], read.Entries.Select(entry => entry.Name));
            Assert.Equal(100, read.Entries[0].SizeBytes);
            Assert.Equal("hello"u8.ToArray(), read.Payloads[1]);
        }
    }

    [Fact]
    public void Should_leave_owners_of_whiteouts_out()
    {
        var read = ReadArchive.All(new TarBuilder()
            .Header(new TarFields("d/.wh.x") { UserId = "11" })
            .Header(new TarFields("d/.wh.y/", '5') { UserId = "12" })
            .Header(new TarFields(".wh.z/k") { UserId = "13" })
            .File(".wh.c", "xx", type: '7')
            .Ended());
        Assert.Equal([11u], read.UserIds);
        Assert.Equal(TarEntryKind.Regular, read.Entries[3].Kind);
    }

    [Fact]
    public void Should_hand_out_a_large_payload_in_pieces_and_skip_what_is_not_asked_for()
    {
        var large = new byte[5_000_000];
        new Random(3).NextBytes(large);
        var archive = new TarBuilder().File(new TarFields("big"), large).File("after", "x").Ended();
        Assert.Equal(large, ReadArchive.All(archive).Payloads[0]);
        using var blob = new BlobReader(new MemoryStream(archive));
        using var tar = new TarReader(blob, split: null, ArchiveLimits.Default);
        tar.Next();
        Assert.False(tar.ReadPayload().IsEmpty);
        Assert.Equal("after", tar.Next()!.Name);
        Assert.Equal(archive.Length, tar.Finish().DiffSizeBytes);
        Assert.Equal(2, tar.EntryCount);
    }

    [Fact]
    public void Should_carry_names_that_are_not_utf8()
    {
        var random = new Random(5);
        string[] names =
        [
            "caf\u00e9", "\u00ff\u00fe", "\u00ed\u00a0\u0080", "\u00c0\u00af", "a\u00e2\u0082",
            "\u00f4\u0090\u0080\u0080",
            .. Enumerable.Range(0, 300).Select(_ => "\u0080" + string.Concat(Enumerable
                .Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 1 : 0xc0, 256)))),
        ];
        foreach (var name in names)
        {
            var bytes = Encoding.Latin1.GetBytes(name);
            var read = ReadArchive.All(new TarBuilder().File(name, "x").Ended());
            Assert.Equal(bytes, Mono.Unix.UnixEncoding.Instance.GetBytes(read.Only.Name));
            var raw = $"\"name_raw\":\"{Convert.ToBase64String(bytes)}\"";
            Assert.Contains(raw, read.Lines()[1], StringComparison.Ordinal);
        }
    }

    private static TarEntry Only(TarFields fields) => ReadArchive.All(new TarBuilder().Header(fields).Ended()).Only;

    private static string Named(Func<TarBuilder, TarBuilder> add) =>
        ReadArchive.All(add(new TarBuilder()).File("a", "hello").Ended()).Only.Name;
}
