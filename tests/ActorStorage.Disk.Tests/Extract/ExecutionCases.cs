// SPDX-License-Identifier: Apache-2.0
using Member = ActorStorage.Disk.Tests.Extract.TestArchive.Member;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>
/// Archives that hide something, for a directory that holds what is below: the tree of <see cref="Below"/>.
/// </summary>
internal static class ExecutionCases
{
    public static TestArchive Below => new TestArchive()
        .Directory("d/").File("d/f").File("d/g").Directory("d/e/").File("d/e/h").Symlink("d/l", "f")
        .Directory("k/").File("k/f").Symlink("s", "d").File("f").HardLink("hard", "f")
        .Add(new Member("own/", '5') { Mode = 0x1c0, UserId = 3, GroupId = 4 });

    public static readonly IReadOnlyDictionary<string, Func<TestArchive>> All =
        new Dictionary<string, Func<TestArchive>>
    {
        ["nothing"] = () => new TestArchive(),
        ["whiteout of a file"] = () => new TestArchive().Whiteout("d/.wh.f").Whiteout(".wh.f"),
        ["whiteout of a directory"] = () => new TestArchive().Whiteout(".wh.d"),
        ["whiteout of nothing"] = () => new TestArchive().Whiteout("d/.wh.none").Whiteout("new/.wh.none"),
        ["whiteout of a symlink"] = () => new TestArchive().Whiteout(".wh.s"),
        ["whiteout through a symlink"] = () => new TestArchive().Whiteout("s/.wh.f"),
        ["whiteout below a file"] = () => new TestArchive().Whiteout("f/.wh.x"),
        ["whiteout that is a directory"] = () => new TestArchive().Directory("d/.wh.e/"),
        ["whiteout after the same name"] = () => new TestArchive().File("d/f", "new").Whiteout("d/.wh.f"),
        ["whiteout before the same name"] = () => new TestArchive().Whiteout("d/.wh.f").File("d/f", "new"),
        ["whiteout of an unmapped owner"] = () => new TestArchive()
            .Add(new Member("d/.wh.f", '0') { UserId = 4_294_967_296 }),
        ["opaque first"] = () => new TestArchive().Directory("d/").Whiteout("d/.wh..wh..opq").File("d/new"),
        ["opaque last"] = () => new TestArchive()
            .Directory("d/", 0x1c0).File("d/new").Directory("d/e/").File("d/e/new").Whiteout("d/.wh..wh..opq"),
        ["opaque with an implicit directory"] = () => new TestArchive().File("d/e/new").Whiteout("d/.wh..wh..opq"),
        ["opaque root"] = () => new TestArchive().File("new").Directory("d/").Whiteout(".wh..wh..opq"),
        ["opaque symlink"] = () => new TestArchive().Whiteout("s/.wh..wh..opq"),
        ["opaque directory that is new"] = () => new TestArchive().Whiteout("new/.wh..wh..opq"),
        ["opaque file"] = () => new TestArchive().Whiteout("f/.wh..wh..opq"),
        ["opaque below a file"] = () => new TestArchive().Whiteout("f/x/.wh..wh..opq"),
        ["whiteout of a directory that was unpacked"] = () => new TestArchive().Directory("n/").Whiteout(".wh.n"),
        ["dot entry"] = () => new TestArchive()
            .Add(new Member("./", '5') { Mode = 0x1c0, UserId = 5, GroupId = 6, ModifiedAt = "12345" }).File("./new"),
        ["root entry"] = () => new TestArchive()
            .Add(new Member("/", '5') { Mode = 0x1c0, UserId = 5, GroupId = 6, ModifiedAt = "12345" }).File("/new"),
        ["implicit parents"] = () => new TestArchive().File("a/b/c").File("own/x/y"),
        ["file in the place of a directory"] = () => new TestArchive().File("d"),
        ["directory in the place of a file"] = () => new TestArchive().Directory("f/").File("f/x"),
        ["directory in the place of a symlink"] = () => new TestArchive().Directory("s/").File("s/x"),
        ["member below a symlink"] = () => new TestArchive().File("s/x"),
        ["hard link to what is below"] = () => new TestArchive().HardLink("again", "d/f"),
        ["one name of two"] = () => new TestArchive().File("hard", "new"),
        ["directory again"] = () => new TestArchive()
            .Add(new Member("d/", '5') { Mode = 0x1ff, UserId = 8, GroupId = 9, ModifiedAt = "99" }),
        ["aufs metadata"] = () => new TestArchive()
            .File(".wh..wh.aufs").Directory(".wh..wh.plnk/").Directory(".wh..wh.orph/").File(".wh..wh.orph/x"),
        ["aufs metadata further down"] = () => new TestArchive().File("d/.wh..wh.aufs").File("/.wh..wh.aufs"),
        ["aufs hard links"] = () => new TestArchive()
            .Directory(".wh..wh.plnk/")
            .Add(new Member(".wh..wh.plnk/12.34", '0') { Content = [1, 2, 3], Mode = 0x1ed, UserId = 7 })
            .Add(new Member(".wh..wh.plnk/56.78", '0') { Content = [.. new byte[100_000]], ModifiedAt = "77" })
            .HardLink("one", ".wh..wh.plnk/12.34").HardLink("d/two", "./.wh..wh.plnk/56.78"),
        ["aufs hard link to nothing"] = () => new TestArchive().HardLink("one", ".wh..wh.plnk/1.2"),
    };
}
