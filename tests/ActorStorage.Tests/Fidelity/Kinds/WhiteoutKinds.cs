// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Entries that hide something, each on nothing and on a layer where that something is.</summary>
internal static class WhiteoutKinds
{
    private static readonly (string Name, Func<TarBuilder> Archive)[] Both =
    [
        ("of a file", () => new TarBuilder().File("d/.wh.f", "")),
        ("of a directory and again the directory", () => new TarBuilder()
            .File(".wh.d", "").Directory("d/").File("d/new", "x")),
        ("of a directory behind the directory", () => new TarBuilder()
            .Directory("d/").File("d/new", "x").File(".wh.d", "")),
        ("of a directory and an implicit one", () => new TarBuilder().File(".wh.d", "").File("d/new", "x")),
        ("of a directory and what is in it", () => new TarBuilder().File(".wh.d", "").File("d/.wh.f", "")),
        ("that is a directory", () => new TarBuilder().Directory(".wh.d/")),
        ("that is a directory with a file", () => new TarBuilder().Directory(".wh.d/").File(".wh.d/f", "x")),
        ("that is a symlink", () => new TarBuilder().Symlink(".wh.f", "k")),
        ("that is a hard link", () => new TarBuilder().File("x", "x").HardLink(".wh.f", "x")),
        ("that is a device", () => new TarBuilder().Node(".wh.f", '3')),
        ("of a whiteout", () => new TarBuilder().File(".wh..wh.f", "")),
        ("of nothing", () => new TarBuilder().File(".wh.", "")),
        ("of nothing below", () => new TarBuilder().File("d/.wh.", "")),
        ("of dot", () => new TarBuilder().File(".wh..", "")), ("of dots", () => new TarBuilder().File(".wh...", "")),
        ("of dot below", () => new TarBuilder().File("d/.wh..", "")),
        ("of dots below", () => new TarBuilder().File("d/.wh...", "")),
        ("of a name that is not UTF-8", () => new TarBuilder().File(".wh.\u00ff", "")),
        ("of a long name", () => new TarBuilder().Pax(("path", ".wh." + new string('f', 251))).File("x", "")),
        ("of a name that is too long", () => new TarBuilder().Pax(("path", ".wh." + new string('f', 252))).File("x",
        "")),
        ("by an absolute name", () => new TarBuilder().File("/d/.wh.f", "").File("/.wh.k", "")),
        ("by dots", () => new TarBuilder().File("../.wh.f", "").File("d/../.wh.k", "")),
        ("by a dot", () => new TarBuilder().File("./.wh.f", "")),
        ("through a symlink", () => new TarBuilder().Symlink("through", "d").File("through/.wh.f", "")),
        ("through a symlink that is below", () => new TarBuilder().File("s/.wh.f", "")),
        ("with an owner and a time", () => new TarBuilder().Header(new TarFields(".wh.f")
            { UserId = "0000005", GroupId = "0000006", Mode = "0000777", ModifiedAt = "00000000077" })),
        ("with attributes", () => new TarBuilder().Pax(("SCHILY.xattr.user.a", "1")).File(".wh.f", "")),
        ("opaque", () => new TarBuilder().Directory("d/").File("d/.wh..wh..opq", "").File("d/new", "x")),
        ("opaque with an owner", () => new TarBuilder().Header(new TarFields("d/.wh..wh..opq")
            { UserId = "0000005", GroupId = "0000006", Mode = "0000700", ModifiedAt = "00000000077" })),
        ("opaque twice", () => new TarBuilder().File("d/.wh..wh..opq", "").File("./d/.wh..wh..opq", "")),
        ("opaque that is a directory", () => new TarBuilder().Directory("d/.wh..wh..opq/")),
        ("opaque and a whiteout", () => new TarBuilder().File("d/.wh.f", "").File("d/.wh..wh..opq", "")),
        ("opaque and directories within", () => new TarBuilder().File("d/.wh..wh..opq", "").Directory("d/e/")
            .File("d/e/.wh.h", "").File("d/e/new", "x")),
        ("opaque root", () => new TarBuilder().File(".wh..wh..opq", "").File("new", "x")),
        ("opaque root behind files", () => new TarBuilder().File("d/new", "x").File(".wh..wh..opq", "")),
        ("opaque root by dot", () => new TarBuilder().File("./.wh..wh..opq", "")),
        ("opaque root by slash", () => new TarBuilder().File("/.wh..wh..opq", "")),
        ("aufs directories", () => new TarBuilder().Directory(".wh..wh.plnk/").Directory(".wh..wh.orph/")
            .File(".wh..wh.aufs", "").File(".wh..wh.plnk/1.2", "x").File("f2", "x")),
        ("aufs directories by dot", () => new TarBuilder().Directory("./.wh..wh.plnk/").File("./.wh..wh.aufs", "")),
        ("aufs directories below", () => new TarBuilder().Directory("d/.wh..wh.plnk/").File("d/.wh..wh.aufs", "x")),
        ("aufs hard link", () => new TarBuilder().Directory(".wh..wh.plnk/").File(".wh..wh.plnk/1.2", "content")
            .HardLink("linked", ".wh..wh.plnk/1.2")),
        ("aufs name of no kind", () => new TarBuilder().File(".wh..wh.other", "x")),
        ("overlay's own attributes", () => new TarBuilder()
            .Pax(("SCHILY.xattr.trusted.overlay.opaque", "y")).Directory("d/")
            .Pax(("SCHILY.xattr.trusted.overlay.origin", "x")).File("d/new", "x")
            .Pax(("SCHILY.xattr.trusted.overlay.redirect", "/k")).Directory("r/")
            .Pax(("SCHILY.xattr.trusted.overlay.metacopy", "")).File("m", "x")),
        ("overlay's own devices", () => new TarBuilder().Node("f", '3', 0, 0).Node("d", '3', 0, 0)),
        ("overlay's attributes for users", () => new TarBuilder()
            .Pax(("SCHILY.xattr.user.overlay.opaque", "y")).Directory("d/").File("d/new", "x")),
    ];

    public static ArchiveKind[] All =>
    [
        .. Both.Select(each => new ArchiveKind("whiteout " + each.Name, () => each.Archive().Ended())),
        .. Both.Select(each => new ArchiveKind("on base: whiteout " + each.Name, () => each.Archive().Ended(),
            OnBase: true)),
    ];
}
