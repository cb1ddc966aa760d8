// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Names that need care, each as a file, a directory and a symbolic link.</summary>
internal static class NameKinds
{
    private static readonly (string Said, string Name)[] Names =
    [
        ("nothing", ""), ("slash", "/"), ("slashes", "///"), ("dot", "."), ("dot slash", "./"), ("dots", ".."),
        ("dots slash", "../"), ("dots twice", "../.."), ("dots within", "a/.."), ("dots within and out", "a/../../b"),
        ("absolute", "/a/b"), ("absolute twice", "//a//b"), ("dot within", "a/./b"), ("dot at the end", "a/."),
        ("three dots", ".../...."), ("blank", " "), ("line feed", "a\nb"), ("backslash", "a\\b"), ("dash", "-rf"),
        ("star", "*?[a]"), ("quote", "'\""), ("bell", "\a\u001b[1m"), ("delete", "\u007f"), ("byte 255",
        "\u00ff\u00fe"),
        ("overlong UTF-8", "\u00c0\u00af"), ("half a character", "a\u00c3"), ("surrogates",
        "\u00ed\u00a0\u0080\u00ed\u00b0\u0080"),
        ("beyond unicode", "\u00f4\u0090\u0080\u0080"), ("byte order mark", "\u00ef\u00bb\u00bfa"),
        ("replacement character", "\u00ef\u00bf\u00bd"), ("composed and not", "\u00c3\u00a9/e\u00cc\u0081"),
        ("almost a whiteout", ".wh/.w/wh.f"), ("colon", "a:b"), ("equals", "a=b"), ("percent", "%41%00"),
    ];

    public static ArchiveKind[] All =>
    [
        .. Names.Select(each => new ArchiveKind(
            "name of a file: " + each.Said, new TarBuilder().File("first", "x").File(each.Name, "hello").File("z",
            "b"))),
        .. Names.Select(each => new ArchiveKind(
            "name of a directory: " + each.Said,
            new TarBuilder().Header(Directory(each.Name)).File(each.Name + "/inside", "hello"))),
        .. Names.Select(each => new ArchiveKind(
            "name of a link: " + each.Said, new TarBuilder().Symlink(each.Name, "x").File("z", "b"))),
        .. Names.Select(each => new ArchiveKind(
            "target of a link: " + each.Said, new TarBuilder().Symlink("l", each.Name).File("z", "b"))),
        new("name: component of 255", Long(new string('f', 255))),
        new("name: component of 256", Long(new string('f', 256))),
        new("name: path of 4000", Long(string.Concat(Enumerable.Repeat(new string('d', 199) + "/", 20)) + "f")),
        new("name: path of 4094", Long(string.Concat(Enumerable.Repeat("dddd/", 818)) + "ffff")),
        new("name: path of 5000", Long(string.Concat(Enumerable.Repeat(new string('d', 199) + "/", 25)) + "f")),
        new("name: path of 5000 that cleans to less", Long(string.Concat(Enumerable.Repeat("dddd/../", 625)) + "f")),
        new("name: path of many slashes", Long("d" + new string('/', 4200) + "f")),
        new("name: link target of 4095", new TarBuilder().Pax(("linkpath", new string('t', 4095))).Symlink("l", "t")),
        new("name: link target of 4096", new TarBuilder().Pax(("linkpath", new string('t', 4096))).Symlink("l", "t")),
        new("name: depth of 500", Deep(500)), new("name: depth of 1000", Deep(1000)),
        new("name: the same twice", new TarBuilder().File("f", "1").File("f", "2")),
        new("name: the same twice in other words", new TarBuilder().File("f", "1").File("./f", "2")),
        new("name: the same with and without a slash", new TarBuilder().Directory("d/").Directory("d")),
        new("name: the same whiteout twice", new TarBuilder().File(".wh.f", "").File(".wh.f", "")),
        new("name: root with an odd mode", new TarBuilder().Header(Directory("/") with { Mode = "0001711",
            UserId = "17" })
            .File("f", "x")),
        new("name: root as dot with an odd mode", new TarBuilder().Header(Directory("./") with { Mode = "0001711" })),
        new("name: root last", new TarBuilder().File("a/f", "x").Header(Directory("/") with { Mode = "0000700" })),
        new("name: root twice", new TarBuilder().Header(Directory("/") with { Mode = "0000700" })
            .Header(Directory("//") with { Mode = "0000750", ModifiedAt = "1" })),
        new("name: two that differ in bytes that are not UTF-8", new TarBuilder().File("\u00ff", "1").File("\u00fe",
            "2")),
    ];

    private static TarFields Directory(string name) => new(name, '5') { Mode = "0000751", GroupId = "0000007" };

    private static TarBuilder Long(string name) => new TarBuilder().Pax(("path", name)).File("f", "hello").File("z",
        "b");

    private static TarBuilder Deep(int depth)
    {
        var archive = new TarBuilder();
        for (var at = 50; at <= depth; at += 50)
        {
            var name = string.Concat(Enumerable.Repeat("d/", at));
            archive.Pax(("path", name)).Directory("d/");
        }
        return archive;
    }
}
