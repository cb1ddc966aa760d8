// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Extension headers whose records are not made as they should be.</summary>
internal static class BrokenPaxKinds
{
    private static readonly (string Name, string Data)[] Broken =
    [
        ("no line feed", "9 path=xy"), ("length too short", "8 path=x\n"), ("length too long", "99 path=x\n"),
        ("length of zero", "0 path=x\n"), ("length with zeros in front", "0009 a=b\n"), ("length with a plus",
        "+6 a=b\n"),
        ("negative length", "-6 a=b\n"), ("blank in front", " 7 a=b\n"), ("no length", "a=b\n"), ("no blank",
        "6a=b\n\n"),
        ("no equals sign", "5 ab\n"), ("no key", "5 =b\n"), ("no value", "5 a=\n"), ("junk behind", "6 a=b\njunk"),
        ("NULs behind", "6 a=b\n\0\0\0\0"), ("NULs in front", "\0\0\0\06 a=b\n"), ("nothing but NULs",
        "\0\0\0\0\0\0\0\0"),
        ("length of twenty digits", "99999999999999999999 a=b\n"), ("tab for a blank", "6\ta=b\n"),
        ("two blanks", "7  a=b\n"), ("only a line feed", "\n"), ("length alone", "3 \n"), ("key of blanks",
        "8   = x\n"),
        ("length in hexadecimal", "0x8 a=b\n"), ("NUL in a key", "8 a\0b=c\n"), ("carriage return", "7 a=b\r\n"),
    ];

    public static ArchiveKind[] All =>
    [
        .. Broken.Select(each => new ArchiveKind(
            "broken pax: " + each.Name,
            new TarBuilder().File("before", "b").Extension('x', "PaxHeaders/f", each.Data).File("f", "hello"))),
        new("broken pax: negative size", new TarBuilder()
            .Header(new TarFields("x", 'x') { Size = Corpus.Base256(-1, 12) }).File("f", "hello")),
        new("broken pax: size beyond the end", new TarBuilder()
            .Header(new TarFields("x", 'x') { Size = "00000007777" }).File("f", "hello")),
        new("broken pax: size of an exabyte", new TarBuilder()
            .Header(new TarFields("x", 'x') { Size = Corpus.Base256(1L << 60, 12) }).File("f", "hello")),
        new("broken pax: header with another in its name", new TarBuilder()
            .Pax(("path", "inner")).Extension('x', new string('n', 100), TarBuilder.Record(("uid", "5"))).File("f",
                "x")),
    ];
}
