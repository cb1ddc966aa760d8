// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Long names and links as GNU tar writes them, and together with PAX records.</summary>
internal static class GnuKinds
{
    private static readonly string Long = string.Concat(Enumerable.Repeat(new string('d', 80) + "/", 3)) + "f\0";

    public static ArchiveKind[] All =>
    [
        new("gnu: long name", new TarBuilder().Extension('L', "././@LongLink", Long).File("short", "x")),
        new("gnu: long link", new TarBuilder().Extension('K', "././@LongLink", Long).Symlink("l", "short")),
        new("gnu: both", new TarBuilder().Extension('K', "././@LongLink", "target\0")
            .Extension('L', "././@LongLink", Long).Symlink("l", "short")),
        new("gnu: long name of a hard link", new TarBuilder().Extension('L', "x", Long).File("short", "x")
            .Extension('K', "x", Long).HardLink("h", "short")),
        new("gnu: long name twice", new TarBuilder().Extension('L', "x", "first\0").Extension('L', "x", "second\0")
            .File("short", "x")),
        new("gnu: long name of a directory", new TarBuilder().Extension('L', "x", "long/d/\0").File("short", "", '\0')),
        new("gnu: empty long name", new TarBuilder().Extension('L', "x", "").File("short", "x")),
        new("gnu: long name of one NUL", new TarBuilder().Extension('L', "x", "\0").File("short", "x")),
        new("gnu: long name without an end", new TarBuilder().Extension('L', "x", "long").File("short", "x")),
        new("gnu: junk behind a long name", new TarBuilder().Extension('L', "x", "long\0junk").File("short", "x")),
        new("gnu: long name that is not UTF-8", new TarBuilder().Extension('L', "x", "l\u00ff\0").File("short", "x")),
        new("gnu: long name that climbs", new TarBuilder().Extension('L', "x", "../../l\0").File("short", "x")),
        new("gnu: long name for nothing", new TarBuilder().File("f", "x").Extension('L', "x", Long)),
        new("gnu: long name and path", new TarBuilder().Extension('L', "x", "gnu\0").Pax(("path", "pax")).File("f",
            "x")),
        new("gnu: path and long name", new TarBuilder().Pax(("path", "pax")).Extension('L', "x", "gnu\0").File("f",
            "x")),
        new("gnu: long link and linkpath", new TarBuilder().Pax(("linkpath", "pax")).Extension('K', "x", "gnu\0")
            .Symlink("l", "t")),
        new("gnu: long name before a global header", new TarBuilder().Extension('L', "x", "gnu\0")
            .Extension('g', "g", TarBuilder.Record(("comment", "c"))).File("f", "x")),
        new("gnu: long link of a file", new TarBuilder().Extension('K', "x", "gnu\0").File("f", "x")),
        new("gnu: long whiteout", new TarBuilder().Extension('L', "x", new string('d', 150) + "/.wh.f\0").File("f",
            "")),
        new("gnu: long name of a whiteout", new TarBuilder().Extension('L', "x", "plain\0").File(".wh.f", "")),
        new("gnu: negative size of a long name", new TarBuilder()
            .Header(new TarFields("x", 'L') { Size = Corpus.Base256(-1, 12) }).File("f", "hello")),
        new("gnu: long name beyond the end", new TarBuilder()
            .Header(new TarFields("x", 'L') { Size = "00000007777" }).File("f", "hello")),
        new("gnu: long name of more than a megabyte", new TarBuilder()
            .Extension('L', "x", new string('d', (1 << 20) + 1)).File("f", "hello")),
        new("gnu: padding of a long name", new TarBuilder().Header(new TarFields("x", 'L'), 5)
            .Raw("long\0"u8.ToArray()).Raw([.. Enumerable.Repeat((byte)7, 507)]).File("f", "hello")),
    ];
}
