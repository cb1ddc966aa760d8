// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>PAX records that are what they should be, or nearly.</summary>
internal static class PaxKinds
{
    private static readonly string[] Times =
    [
        "1500000000", "1500000000.5", "1500000000.123456789", "1500000000.1234567899", "1500000000.", ".5", "0", "-0",
        "-0.5", "-1.25", "-1500000000.000000001", "+5", "1e3", "5.-1", "5.5.5", " 5", "5 ", "0x5", "5_0", "", "-", ".",
        "9223372036.854775807", "9223372037", "9223372036854775807", "-9223372036854775808.5", "9223372036854775808",
        "007.50", "18446744073709551616",
    ];

    private static readonly string[] Numbers =
        ["1000", "3000000000", "4294967294", "4294967296", "-1", "+7", "007", "", "x", "1.0", " 7",
            "9223372036854775808"];

    public static ArchiveKind[] All =>
    [
        .. Times.Select(time => Of($"mtime \"{time}\"", ("mtime", time))),
        Of("other times", ("atime", "1500000000.25"), ("ctime", "1400000000.5"), ("mtime", "1450000000")),
        Of("access before modification", ("atime", "1400000000.25"), ("mtime", "1450000000")),
        Of("broken atime", ("atime", "x")), Of("broken ctime", ("ctime", "x")), Of("negative atime", ("atime", "-5.5")),
        .. Numbers.Select(number => Of($"uid \"{number}\"", ("uid", number))),
        .. Numbers.Select(number => Of($"gid \"{number}\"", ("gid", number))),
        .. ((string[])["5", "3", "0", "-1", "x", "", "100000", "512"]).Select(size => Of($"size \"{size}\"", ("size",
            size))),
        new("pax: size where the header has none", new TarBuilder().Pax(("size", "5"))
            .Header(new TarFields("f") { Size = "00000000000" }).Padded("hello"u8.ToArray()).File("b", "b")),
        new("pax: size of a directory", new TarBuilder().Pax(("size", "5")).Directory("d/").File("b", "b")),
        new("pax: size of a directory that has one", new TarBuilder().Pax(("size", "5")).File("d/", "hello", '5')),
        Of("path", ("path", "some/where/else")), Of("empty path", ("path", "")), Of("path of the root", ("path", "/")),
        Of("path that ends in a slash", ("path", "else/")), Of("long path", ("path", Long("d", 300) + "f")),
        Of("path that is not UTF-8", ("path", "a\u00ff\u0080b")), Of("path in UTF-8", ("path",
            "\u00c3\u00a4\u00e2\u0082\u00ac")),
        Of("path of encoded surrogates", ("path", "\u00ed\u00a0\u0080")), Of("path with a NUL", ("path", "a\0b")),
        Of("path with a line feed", ("path", "a\nb")), Of("path with an equals sign", ("path", "a=b=c")),
        Of("path twice", ("path", "first"), ("path", "second")), Of("path and then none", ("path", "x"), ("path", "")),
        Of("uid twice", ("uid", "5"), ("uid", "6")), Of("mtime twice", ("mtime", "5"), ("mtime", "")),
        Link("linkpath", ("linkpath", Long("t", 300))), Link("empty linkpath", ("linkpath", "")),
        Link("linkpath with a NUL", ("linkpath", "a\0b")), Link("linkpath that is not UTF-8", ("linkpath", "\u00ff")),
        new("pax: linkpath of a hard link", new TarBuilder().File("t", "x").Pax(("linkpath", "t")).HardLink("h", "no")),
        Of("linkpath of a file", ("linkpath", "ignored")),
        Of("names of owners", ("uname", "somebody"), ("gname", "\u00ff")), Of("uname with a NUL", ("uname", "a\0b")),
        Of("charset", ("charset", "ISO-IR 8859 1 1998"), ("hdrcharset", "BINARY"), ("path", "\u00e9")),
        Of("comment", ("comment", "nothing\0at all")), Of("records of a vendor", ("VENDOR.some", "x"), ("a", "")),
        Of("path in capitals", ("PATH", "nothing")),
        Of("attribute", ("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.trusted.b", "\u00ff\0\u00fe")),
        Of("empty attribute", ("SCHILY.xattr.user.a", "")), Of("attribute twice", ("SCHILY.xattr.user.a", "1"),
            ("SCHILY.xattr.user.a", "2")),
        Of("attribute and then none", ("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.a", "")),
        Of("attribute without a name", ("SCHILY.xattr.", "1")), Of("attribute of a strange name",
            ("SCHILY.xattr.user.a=b", "1")),
        Of("attribute with a NUL in its name", ("SCHILY.xattr.user.a\0b", "1")),
        Of("attribute of libarchive", ("LIBARCHIVE.xattr.user.a", "MQ==")),
        Of("attribute of libarchive without padding", ("LIBARCHIVE.xattr.user.a", "MQ")),
        Of("attribute of libarchive that is no base64", ("LIBARCHIVE.xattr.user.a", "!!!")),
        Of("attribute of both", ("LIBARCHIVE.xattr.user.a", "MQ=="), ("SCHILY.xattr.user.a", "2")),
        Of("attribute of libarchive with an encoded name", ("LIBARCHIVE.xattr.user.%C3%A4", "MQ==")),
        Of("access list of star", ("SCHILY.acl.access", "user::rw-,group::r--,other::r--")),
        new("pax: mtime of a symlink beyond nanoseconds", new TarBuilder().Pax(("mtime", "9999999999")).Symlink("l",
            "x")),
        new("pax: two headers for one entry", new TarBuilder().Pax(("path", "first"), ("uid", "5"))
            .Pax(("gid", "6")).File("f", "x")),
        new("pax: header for nothing", new TarBuilder().File("f", "x").Pax(("path", "nothing"))),
        new("pax: header with no records", new TarBuilder().Extension('x', "PaxHeaders/f", "").File("f", "x")),
        new("pax: header of a v7 archive", new TarBuilder().Pax(("path", "some/where"))
            .File(new TarFields("f", '\0') { Magic = [], Major = "", Minor = "" }, [1])),
        new("pax: path of an old directory", new TarBuilder().Pax(("path", "some/where/")).File("f", "", '\0')),
        new("pax: header of Solaris", new TarBuilder().Extension('X', "PaxHeaders/f", TarBuilder.Record(("path", "y")))
            .File("f", "x")),
        new("pax: header of a megabyte", new TarBuilder().Pax(("comment", new string('c', (1 << 20) - 17))).File("f",
            "x")),
        new("pax: header of more than a megabyte", new TarBuilder()
            .Pax(("comment", new string('c', 1 << 20))).File("f", "x")),
        new("pax: two headers of more than a megabyte together", new TarBuilder()
            .Pax(("comment", new string('c', 600_000))).Pax(("comment", new string('c', 600_000))).File("f", "x")),
        Global("global", ("comment", "c"), ("path", "everybody"), ("mtime", "5")),
        Global("global without a record", []), Global("global path with a NUL", ("path", "a\0b")),
        Global("global attribute", ("SCHILY.xattr.user.a", "1")), Global("global broken mtime", ("mtime", "x")),
        Global("global sparse", ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")),
        new("pax: global with a broken record", new TarBuilder().File("a", "x").Extension('g', "g", "5 x\n").File("f",
            "x")),
        new("pax: global at the end", new TarBuilder().File("a", "x").Extension('g', "g", TarBuilder.Record(("a",
            "b")))),
        new("pax: global between a header and its entry", new TarBuilder().Pax(("path", "moved"))
            .Extension('g', "g", TarBuilder.Record(("comment", "b"))).File("f", "x")),
        new("pax: global twice under one name", new TarBuilder().Extension('g', "g", TarBuilder.Record(("a", "b")))
            .Extension('g', "g", TarBuilder.Record(("a", "b"))).File("f", "x")),
    ];

    private static ArchiveKind Of(string name, params (string Key, string Value)[] records) =>
        new("pax: " + name, new TarBuilder().File("before", "b").Pax(records).File("f", "hello").File("behind", "b"));

    private static ArchiveKind Link(string name, params (string Key, string Value)[] records) =>
        new("pax: " + name, new TarBuilder().Pax(records).Symlink("l", "short").File("behind", "b"));

    private static ArchiveKind Global(string name, params (string Key, string Value)[] records) =>
        new("pax: " + name, new TarBuilder()
            .Extension('g', "pax_global_header", string.Concat(records.Select(TarBuilder.Record)))
            .File("f", "hello").Pax(("uid", "7")).File("g", "x"));

    private static string Long(string name, int length) =>
        string.Concat(Enumerable.Repeat(new string(name[0], 99) + "/", length / 100));
}
