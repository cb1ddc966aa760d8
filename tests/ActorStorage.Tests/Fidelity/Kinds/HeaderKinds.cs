// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Formats of headers, magics, sums and what stands where nothing should.</summary>
internal static class HeaderKinds
{
    private static readonly byte[] None = [];
    private static readonly byte[] Junk = [.. "ustar\00000"u8, .. Enumerable.Repeat((byte)0xe9, 64)];

    public static ArchiveKind[] All =>
    [
        new("header: v7", new TarBuilder()
            .Header(V7("d/", '\0') with { Mode = "0000755" }).File(V7("d/f", '\0'), [1, 2])
            .Header(V7("d/l", '2') with { Link = "f" }).Header(V7("d/h", '1') with { Link = "d/f" })),
        new("header: v7 with devices", new TarBuilder()
            .Header(V7("n", '3') with { Major = "0000001", Minor = "0000003" })),
        new("header: v7 with a prefix", new TarBuilder().File(V7("f", '0') with { Prefix = "no/prefix" }, [1])),
        new("header: ustar with a prefix", new TarBuilder()
            .File(new TarFields("f") { Prefix = "a/" + new string('p', 140) }, [1])
            .Header(new TarFields("d/", '5') { Prefix = "b", Mode = "0000755" })),
        new("header: prefix that ends in a slash", new TarBuilder().File(new TarFields("f") { Prefix = "a/" }, [1])),
        new("header: prefix that is absolute", new TarBuilder().File(new TarFields("f") { Prefix = "/a" }, [1])),
        new("header: prefix and no name", new TarBuilder().File(new TarFields("") { Prefix = "a" }, [1])),
        new("header: prefix of 155 and name of 100", new TarBuilder()
            .File(new TarFields(new string('n', 100)) { Prefix = new string('p', 155) }, [1])),
        new("header: prefix that is not UTF-8", new TarBuilder().File(new TarFields("f") { Prefix = "\u00ff" }, [1])),
        new("header: gnu", new TarBuilder().File(Gnu("d/f"), [1]).Header(Gnu("d/", '5') with { Mode = "0000755" })),
        new("header: gnu with times", new TarBuilder()
            .File(Gnu("f") with { Prefix = "14000000001\014000000002\0" }, [1])),
        new("header: gnu with a broken time", new TarBuilder()
            .File(Gnu("f") with { Prefix = "1400x000001\014000000002\0" }, [1])),
        new("header: gnu with a prefix", new TarBuilder().File(Gnu("f") with { Prefix = "some/prefix" }, [1])),
        new("header: gnu with a prefix that is not ASCII", new TarBuilder()
            .File(Gnu("f") with { Prefix = "pr\u00e4fix" }, [1])),
        new("header: star", new TarBuilder().File(Star("f", "14000000001\014000000002\0"), [1])),
        new("header: star without times", new TarBuilder().File(Star("f", ""), [1])),
        new("header: star with a broken time", new TarBuilder().File(Star("f", "x4000000001\0"), [1])),
        new("header: ustar of another version", new TarBuilder()
            .File(new TarFields("f") { Magic = "ustar\0xx"u8.ToArray(), Prefix = "p" }, [1])),
        new("header: half a gnu magic", new TarBuilder()
            .File(new TarFields("f") { Magic = "ustar 00"u8.ToArray(), Prefix = "p" }, [1])),
        new("header: magic in capitals", new TarBuilder()
            .Header(new TarFields("n", '3') { Magic = "USTAR\000"u8.ToArray(), Prefix = "p", Major = "0000001" })),
        new("header: junk in names of owners", new TarBuilder().File(new TarFields("f") { Magic = Junk }, [1])),
        new("header: junk in the tail", new TarBuilder().File(new TarFields("f") { Tail = "junk\0junk\u00ff" }, [1])),
        new("header: link target of a file", new TarBuilder().File(new TarFields("f") { Link = "ignored" }, [1])),
        new("header: signed sum", new TarBuilder().File(
            new TarFields("\u00e4") { IsChecksumSigned = true }, [1])),
        new("header: wrong sum", new TarBuilder().File("a", "x").File(new TarFields("f") { Checksum = "000001\0 " },
            [1])),
        new("header: wrong sum first", new TarBuilder().File(new TarFields("f") { Checksum = "000001\0 " }, [1])),
        new("header: no sum", new TarBuilder().File(new TarFields("f") { Checksum = "\0\0\0\0\0\0\0\0" }, [1])),
        new("header: sum of blanks", new TarBuilder().File(new TarFields("f") { Checksum = "        " }, [1])),
        new("header: padding that is not zero", new TarBuilder()
            .Header(new TarFields("f"), 3).Raw([1, 2, 3]).Raw([.. Enumerable.Repeat((byte)7, 509)]).File("g", "y")),
        new("header: name without an end", new TarBuilder().File(new string('n', 100), "x")
            .Symlink("l", new string('t', 100))),
        new("header: junk behind a name's end", new TarBuilder().File("f\0junk", "x").Symlink("l\0x", "t\0junk")),
        new("header: all three formats", new TarBuilder()
            .File(V7("v7", '0'), [1]).File(Gnu("gnu"), [2]).File("ustar", "3").Pax(("path", "pax")).File("x", "4")),
    ];

    private static TarFields V7(string name, char type) =>
        new(name, type) { Magic = None, Major = "", Minor = "" };

    private static TarFields Gnu(string name, char type = '0') =>
        new(name, type) { Magic = TarFields.Gnu, Major = "", Minor = "" };

    private static TarFields Star(string name, string times) =>
        new(name) { Prefix = ("p" + new string('\0', 130) + times).PadRight(155, '\0'),
            Tail = "\0\0\0\0\0\0\0\0tar\0" };
}
