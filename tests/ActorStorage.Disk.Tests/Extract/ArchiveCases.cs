// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Member = ActorStorage.Disk.Tests.Extract.TestArchive.Member;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>Archives that engines may disagree on. The directory they are given lies outside of every layer.</summary>
internal static class ArchiveCases
{
    private static readonly byte[] Capability = Convert.FromHexString("0100000200200000000000000000000000000000");

    public static readonly IReadOnlyDictionary<string, Func<string, TestArchive>> All =
        new Dictionary<string, Func<string, TestArchive>>
        {
            ["nothing"] = _ => new TestArchive(),
            ["plain"] = _ => new TestArchive().Directory("d/").File("d/f").Symlink("d/l", "f").File("top"),
            ["dot entries"] = _ => new TestArchive().Directory("./", 0x1c0).Directory("./d/").File("./d/f"),
            ["entry that cleans to dot"] = _ => new TestArchive().File("a/.."),
            ["root entry"] = _ => new TestArchive().Add(
                new Member("/", '5') { Mode = 0x1e8, UserId = 3, GroupId = 4, ModifiedAt = "12345" }).File("f"),
            ["root entry by dots"] = _ => new TestArchive().Directory("..", 0x1c0).File("f"),
            ["root entry that is a file"] = _ => new TestArchive().File("d/f").File("/"),
            ["root entry that is a symlink"] = _ => new TestArchive().Symlink("/", "d"),
            ["implicit parents"] = _ => new TestArchive().File("a/b/c/f"),
            ["implicit parents below setgid"] = _ => new TestArchive().Add(
                new Member("s/", '5') { Mode = 0x5ed, GroupId = 7 }).File("s/a/b/f").Symlink("s/l", "a"),
            ["directory after its members"] = _ => new TestArchive().File("d/f").Directory("d/", 0x1c0),
            ["dot dot in front"] = _ => new TestArchive().File("../x").File("../../y/z"),
            ["dot dot inside"] = _ => new TestArchive().Directory("d/").File("d/../../y").File("d/e/../f"),
            ["dot dot through a symlink"] = outside => new TestArchive()
                .Directory("d/").Symlink("d/l", outside).File("d/l/../f"),
            ["absolute name"] = outside => new TestArchive().File("/abs/z").File(outside + "/planted"),
            ["member below an absolute symlink outside"] = outside => new TestArchive()
                .Symlink("l", outside).File("l/planted"),
            ["member below an absolute symlink inside"] = _ => new TestArchive()
                .Directory("etc/").Symlink("l", "/etc").File("l/f").Directory("l/sub/").HardLink("h", "l/f"),
            ["member below a climbing symlink"] = _ => new TestArchive()
                .Directory("etc/").Directory("d/").Symlink("d/l", "../../../../../etc").File("d/l/f"),
            ["member below a chain of symlinks"] = _ => new TestArchive()
                .Directory("x/").Symlink("a", "b").Symlink("b", "/c").Symlink("c", "x").File("a/y/f"),
            ["member below a dangling symlink"] = _ => new TestArchive().Symlink("l", "nowhere").File("l/f"),
            ["member far below a dangling symlink"] = _ => new TestArchive().Symlink("l", "no").File("l/a/b/f"),
            ["symlink loop"] = _ => new TestArchive().Symlink("a", "b").Symlink("b", "a").File("a/f"),
            ["symlink to itself"] = _ => new TestArchive().Symlink("a", "a").Symlink("b", "/../.."),
            ["symlink to nothing"] = _ => new TestArchive().Symlink("a", ""),
            ["member below a file"] = _ => new TestArchive().File("f").File("f/g"),
            ["symlink to root, members below"] = _ => new TestArchive()
                .Symlink("l", "/").File("l/f").Symlink("d", "..").File("d/g"),
            ["hard link"] = _ => new TestArchive().File("f", mode: 0x180).HardLink("g", "f"),
            ["hard link to a setuid file with other owner"] = _ => new TestArchive()
                .Add(new Member("f", '0') { UserId = 5, Mode = 0x9ed, Content = [1] })
                .Add(new Member("g", '1') { Link = "f", UserId = 6, GroupId = 8, Mode = 0x9ed, ModifiedAt = "5.25" }),
            ["hard link by absolute name"] = _ => new TestArchive().File("d/f").HardLink("g", "/d/f"),
            ["hard link by dots"] = _ => new TestArchive().File("d/f").HardLink("e/g", "../../d/x/../f"),
            ["hard link to outside"] = _ => new TestArchive().HardLink("p", "/etc/passwd"),
            ["hard link to outside by dots"] = _ => new TestArchive().HardLink("p", "../../../../../etc/passwd"),
            ["hard link through an outside symlink"] = outside => new TestArchive()
                .Symlink("l", outside).HardLink("p", "l/canary"),
            ["hard link to missing"] = _ => new TestArchive().HardLink("p", "f").File("f"),
            ["hard link to itself"] = _ => new TestArchive().File("f").Symlink("l", ".").HardLink("l/f", "f"),
            ["hard link to a directory"] = _ => new TestArchive().Directory("d/").HardLink("e", "d"),
            ["hard link to the root"] = _ => new TestArchive().HardLink("e", "/"),
            ["hard link to a symlink"] = _ => new TestArchive().File("f").Symlink("l", "f")
                .Add(new Member("m", '1') { Link = "l", UserId = 9, Mode = 0x180, ModifiedAt = "77" }),
            ["hard link to a device"] = _ => new TestArchive()
                .Add(new Member("n", '3') { Major = 1, Minor = 3 }).HardLink("o", "n"),
            ["file in the place of a directory"] = _ => new TestArchive().Symlink("s", ".")
                .Directory("d/").File("d/e/f").File("s/d"),
            ["directory in the place of a file"] = _ => new TestArchive().Symlink("s", ".")
                .File("d").Directory("s/d/").File("d/f"),
            ["directory in the place of a symlink"] = _ => new TestArchive().Symlink("s", ".")
                .Directory("e/").Symlink("d", "e").File("d/in-e").Directory("s/d/").File("d/in-d"),
            ["symlink in the place of a directory"] = _ => new TestArchive().Symlink("s", ".")
                .Directory("e/").Directory("d/").File("d/f").Symlink("s/d", "e").File("d/g"),
            ["symlink to a file in the place of a directory"] = _ => new TestArchive().Symlink("s", ".")
                .Directory("d/").Symlink("s/d", "f").Add(new Member("f", '0') { ModifiedAt = "99" }),
            ["dangling symlink in the place of a directory"] = _ => new TestArchive().Symlink("s", ".")
                .Directory("d/").Symlink("s/d", "nowhere"),
            ["device in the place of a directory"] = _ => new TestArchive().Symlink("s", ".").Directory("d/")
                .Add(new Member("s/d", '3') { Major = 5, Minor = 1, ModifiedAt = "99" }),
            ["file replaced through its hard link's name"] = _ => new TestArchive().Symlink("s", ".")
                .File("a", "old").HardLink("b", "a").File("s/a", "new"),
            ["directory twice"] = _ => new TestArchive().Symlink("s", ".")
                .Add(new Member("d/", '5') { Mode = 0x1ff, UserId = 3, Xattrs = [("user.a", [1])] }).File("d/f")
                .Add(new Member("s/d/", '5') { Mode = 0x1c0, ModifiedAt = "7", Xattrs = [("user.b", [2])] }),
            ["whiteouts"] = _ => new TestArchive().Directory("d/")
                .Add(new Member("d/.wh.x", '0') { UserId = 12, GroupId = 13 }).Whiteout(".wh.y").Whiteout("n/.wh.z"),
            ["whiteout of other kinds"] = _ => new TestArchive()
                .Directory(".wh.d/").Symlink(".wh.l", "x").Add(new Member(".wh.h", '1') { Link = "missing" }),
            ["whiteout after a file"] = _ => new TestArchive().File("f").Whiteout(".wh.f"),
            ["whiteout before a file"] = _ => new TestArchive().Whiteout(".wh.f").File("f"),
            ["whiteout before a directory"] = _ => new TestArchive().Whiteout(".wh.d").File("d/f"),
            ["whiteout below a whiteout"] = _ => new TestArchive()
                .Whiteout(".wh.d").Whiteout("d/.wh.e").Whiteout("d/e/f/.wh.g"),
            ["whiteout below a file"] = _ => new TestArchive().File("d").Whiteout("d/.wh.e"),
            ["whiteout below a symlink to a file"] = _ => new TestArchive()
                .File("f").Symlink("d", "f").Whiteout("d/.wh.e"),
            ["whiteout of the empty name"] = _ => new TestArchive().Whiteout("d/.wh."),
            ["whiteout of dot"] = _ => new TestArchive().Whiteout("d/.wh.."),
            ["whiteout of dot dot"] = _ => new TestArchive().Whiteout("d/.wh..."),
            ["whiteout of three dots"] = _ => new TestArchive().Whiteout("d/.wh...."),
            ["opaque"] = _ => new TestArchive().Directory("d/").File("d/f").Whiteout("d/.wh..wh..opq"),
            ["opaque first"] = _ => new TestArchive().Whiteout("a/b/.wh..wh..opq").Directory("a/b/").File("a/b/f"),
            ["opaque root"] = _ => new TestArchive().Whiteout(".wh..wh..opq").File("f"),
            ["opaque through a symlink"] = _ => new TestArchive()
                .Directory("d/").Symlink("l", "d").Whiteout("l/.wh..wh..opq"),
            ["opaque below a whiteout"] = _ => new TestArchive().Whiteout(".wh.d").Whiteout("d/.wh..wh..opq"),
            ["opaque far below a whiteout"] = _ => new TestArchive().Whiteout(".wh.d").Whiteout("d/e/.wh..wh..opq"),
            ["metadata of an old union"] = _ => new TestArchive()
                .Whiteout(".wh..wh.aufs").Directory(".wh..wh.plnk/").File(".wh..wh.plnk/1.2"),
            ["whiteout over a directory of its own name"] = _ => new TestArchive()
                .File(".wh.d/f").Whiteout(".wh.d"),
            ["whiteouts over directories of their own names, further down"] = _ => new TestArchive()
                .File("a/.wh.d/f").Whiteout("a/.wh.d").File("a/.wh..wh..opq/f").Whiteout("a/.wh..wh..opq").File("a/g"),
            ["modes"] = _ => new TestArchive().Directory("sticky/", 0x3ff).Directory("setgid/", 0x5ed)
                .File("setuid", mode: 0x9ed).File("none", mode: 0).File("all", mode: 0xfff).Directory("closed/", 0),
            ["setuid of another owner"] = _ => new TestArchive()
                .Add(new Member("f", '0') { UserId = 1000, GroupId = 1001, Mode = 0xded, Content = [1] }),
            ["owners"] = _ => new TestArchive()
                .Add(new Member("d/", '5') { UserId = 7, GroupId = 8, Mode = 0x1ed })
                .Add(new Member("d/l", '2') { UserId = 9, GroupId = 10, Link = "x" })
                .Add(new Member("d/f", '0') { UserId = 4_294_967_294, GroupId = 3_000_000_000 }),
            ["devices and a fifo"] = _ => new TestArchive()
                .Add(new Member("null", '3') { Major = 1, Minor = 3, Mode = 0x1b6, GroupId = 5 })
                .Add(new Member("disk", '4') { Major = 259, Minor = 70_000, Mode = 0x9b0 })
                .Add(new Member("zero", '3')).Add(new Member("fifo", '6') { Mode = 0x1ff, UserId = 3 }),
            ["global header"] = _ => new TestArchive().File("d/f").Add(new Member("pax_global_header", 'g')).File("g"),
            ["global header with a name of its own"] = _ => new TestArchive()
                .File("f").Symlink("s", ".").Add(new Member("s/f", 'g')).Add(new Member("a/b", 'g')),
            ["xattrs"] = _ => new TestArchive()
                .Add(new Member("f", '0') { Xattrs = [("user.a", [1, 2]), ("user.empty", []), ("trusted.t", [3])] })
                .Add(new Member("d/", '5') { Mode = 0x1ed, Xattrs = [("trusted.overlay.opaque", [(byte)'y'])] })
                .Add(new Member("l", '2') { Link = "f", Xattrs = [("trusted.t", [4])] }),
            ["xattr of the root"] = _ => new TestArchive()
                .Add(new Member("/", '5') { Mode = 0x1ed, Xattrs = [("user.a", [1])] }),
            ["file capability of another owner"] = _ => new TestArchive().Add(new Member("f", '0')
            {
                UserId = 5, GroupId = 6, Mode = 0x1ed, Content = [1], Xattrs = [("security.capability", Capability)],
            }),
            ["xattr of an unknown namespace"] = _ => new TestArchive()
                .Add(new Member("f", '0') { Xattrs = [("strange.a", [1]), ("user.a", [1])] }),
            ["security label"] = _ => new TestArchive()
                .Add(new Member("f", '0') { Xattrs = [("security.selinux", "system_u:object_r:x:s0"u8.ToArray())] }),
            ["user xattr of a symlink"] = _ => new TestArchive()
                .Add(new Member("l", '2') { Link = "f", Xattrs = [("user.a", [1])] }),
            ["malformed access list"] = _ => new TestArchive()
                .Add(new Member("f", '0') { Xattrs = [("system.posix_acl_access", [1, 2, 3])] }),
            ["access list handed down"] = _ => new TestArchive()
                .Add(new Member("d/", '5') { Mode = 0x1ed, Xattrs = [("system.posix_acl_default", DefaultAccessList)] })
                .File("d/f", mode: 0x1b4).File("d/i/g", mode: 0x180),
            ["times"] = _ => new TestArchive()
                .Add(new Member("ns", '0') { ModifiedAt = "1234567890.123456789", AccessedAt = "1300000000.5" })
                .Add(new Member("earlier", '0') { ModifiedAt = "1234567890.5", AccessedAt = "1234567890.25" })
                .Add(new Member("d/", '5') { Mode = 0x1ed, ModifiedAt = "1234567890.000000001" })
                .Add(new Member("d/l", '2') { Link = "x", ModifiedAt = "1111111111.1" }).File("d/f"),
            ["times out of range"] = _ => new TestArchive()
                .Add(new Member("old", '0') { ModifiedAt = "-1.5", AccessedAt = "-7" })
                .Add(new Member("old-link", '2') { Link = "x", ModifiedAt = "-1000.25" })
                .Add(new Member("old-dir/", '5') { Mode = 0x1ed, ModifiedAt = "-1" })
                .Add(new Member("far", '0') { ModifiedAt = "9223372037" })
                .Add(new Member("last", '0') { ModifiedAt = "9223372036.854775807" })
                .Add(new Member("fifo", '6') { ModifiedAt = "-5", AccessedAt = "50" }),
            ["long names"] = _ => new TestArchive()
                .File($"{new string('d', 200)}/{new string('e', 200)}/{new string('f', 255)}")
                .Symlink("l", new string('t', 300)),
            ["name that is too long"] = _ => new TestArchive().File(new string('f', 256)),
            ["path that is too long"] = _ => new TestArchive()
                .File(string.Join('/', Enumerable.Repeat(new string('d', 250), 17))),
            ["path that is just too long"] = _ => new TestArchive()
                .File(string.Join('/', Enumerable.Repeat(new string('d', 255), 16))[..4095]),
            ["names that are not UTF-8"] = _ => new TestArchive()
                .File("a\0\u00ffb").Symlink("l", "x\0\u0080").File("\u00e4/\u20ac").HardLink("h", "a\0\u00ffb"),
            ["strange characters"] = _ => new TestArchive().File("a b\\c\n\"d\t*").Directory("-rf/").File("...//x/./y"),
            ["many directories, visited again"] = _ => Many(),
        };

    /// <summary>user::rwx user:1:rwx group::r-x mask::rwx other::---</summary>
    private static byte[] DefaultAccessList => Convert.FromHexString(
        "02000000" + "01000700ffffffff" + "0200070001000000" + "04000500ffffffff" + "10000700ffffffff"
        + "20000000ffffffff");

    private static TestArchive Many()
    {
        var archive = new TestArchive();
        for (var i = 0; i < 100; i++) archive.Directory($"d{i}/").File($"d{i}/f", Encoding.ASCII.GetString([65]));
        for (var i = 0; i < 100; i++) archive.File($"d{i}/g").HardLink($"d{i}/h", $"d{99 - i}/f");
        return archive;
    }
}
