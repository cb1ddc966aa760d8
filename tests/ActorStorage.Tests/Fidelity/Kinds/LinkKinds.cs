// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Hard links and symbolic links, to everything and through everything.</summary>
internal static class LinkKinds
{
    private static readonly (string Said, string Target)[] Targets =
    [
        ("a file", "t/f"), ("a directory", "t"), ("a symlink", "t/l"), ("a dangling symlink", "t/dangling"),
        ("a symlink that leads out", "t/out"), ("a device", "t/n"), ("a pipe", "t/p"), ("nothing", "t/none"),
        ("outside", "/etc/passwd"), ("outside by dots", "../../../etc/passwd"), ("the root", "/"), ("dot", "."),
        ("dots", ".."), ("an absolute name", "/t/f"), ("dots within", "t/../t/f"), ("below a file", "t/f/x"),
        ("a file through a symlink", "t/d/f"), ("itself", "h"), ("what comes later", "later"), ("a whiteout",
        "t/.wh.x"),
        ("a file in other words", "./t//f"), ("a file that is below", "d/f"), ("a directory that is below", "d"),
        ("a symlink that is below", "s"), ("a file below a symlink that is below", "s/f"),
    ];

    private static TarBuilder Filled => new TarBuilder()
        .Directory("t/").File("t/f", "content").Symlink("t/l", "f").Symlink("t/dangling", "nowhere")
        .Symlink("t/out", "/etc").Symlink("t/d", ".").Node("t/n", '3').Node("t/p", '6');

    public static ArchiveKind[] All =>
    [
        .. Targets.Select(each => new ArchiveKind(
            "hard link to " + each.Said, Filled.HardLink("h", each.Target).File("later", "x"))),
        .. Targets.Select(each => new ArchiveKind(
            "on base: hard link to " + each.Said, Filled.HardLink("h", each.Target).File("later", "x"), onBase: true)),
        .. Targets.Select(each => new ArchiveKind(
            "file below a symlink to " + each.Said, Filled.Symlink("through", each.Target).File("through/x", "x"))),
        .. Targets.Select(each => new ArchiveKind(
            "directory below a symlink to " + each.Said, Filled.Symlink("through", each.Target)
                .Directory("through/x/y/"))),
        new("hard link with a mode and an owner", new TarBuilder().File("f", "x").Header(
            new TarFields("h", '1') { Link = "f", Mode = "0004711", UserId = "0000005", ModifiedAt = "00000000077" })),
        new("hard link with attributes", new TarBuilder().Pax(("SCHILY.xattr.user.a", "1")).File("f", "x")
            .Pax(("SCHILY.xattr.user.b", "2")).HardLink("h", "f")),
        new("hard links of one file", new TarBuilder().File("f", "x").HardLink("a", "f").HardLink("b", "a")
            .HardLink("d/c", "f")),
        new("symlink with attributes", new TarBuilder().Pax(("SCHILY.xattr.trusted.a", "1"), ("mtime", "5.5"))
            .Header(new TarFields("l", '2') { Link = "x", UserId = "0000005", Mode = "0000600" })),
        new("on base: file through a symlink below", new TarBuilder().File("s/new", "x").File("d/l/x", "x"),
            onBase: true),
        new("on base: directory of a symlink's name", new TarBuilder().Directory("s/").File("s/new", "x"),
            onBase: true),
        new("on base: file below a file", new TarBuilder().File("f/x", "x"), onBase: true),
        new("on base: nothing but a directory", new TarBuilder().Directory("d/"), onBase: true),
        new("on base: implicit directories", new TarBuilder().File("d/e/new", "x").File("own/new", "x"), onBase: true),
    ];
}
