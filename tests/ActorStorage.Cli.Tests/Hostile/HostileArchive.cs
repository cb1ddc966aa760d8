// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Hostile;

/// <summary>
/// Archives that try to reach what is outside of their layer, or that say what an archive must not say. Each is made
/// for one canary: a directory outside the storage root that nothing may touch.
/// </summary>
public static class HostileArchive
{
    /// <summary>Enough to climb from any depth to the root of the file system.</summary>
    private const string Climb = "../../../../../../../../../../../../..";

    public static IEnumerable<string> Names => _made.Keys;

    public static byte[] Make(string name, string canary) => _made[name](canary);

    private static readonly Dictionary<string, Func<string, byte[]>> _made = new(StringComparer.Ordinal)
    {
        ["dot-dot file"] = canary => new TarBuilder().File(Climb + canary + "/planted", "x").Build(),
        ["dot-dot below a directory"] = canary =>
            new TarBuilder().Directory("a/").File("a/" + Climb + canary + "/secret", "overwritten").Build(),
        ["dot-dot only"] = _ => new TarBuilder().Directory("../", mode: 0x1FF).File("../planted", "x").Build(),
        ["absolute file"] = canary => new TarBuilder().File(canary + "/secret", "overwritten").Build(),
        ["absolute directory with another mode"] = canary =>
            new TarBuilder().Directory(canary + "/", mode: 0x1FF).Build(),
        ["file through an absolute link"] = canary =>
            new TarBuilder().Symlink("out", canary).File("out/planted", "x").Build(),
        ["file through a climbing link"] = canary =>
            new TarBuilder().Symlink("out", Climb + canary).File("out/secret", "overwritten").Build(),
        ["file through a link to the root"] = canary =>
            new TarBuilder().Symlink("out", "/").File("out" + canary + "/planted", "x").Build(),
        ["file through a link inside the layer"] = _ => new TarBuilder()
            .Directory("real/").Symlink("alias", "real").File("alias/file", "inside").Build(),
        ["file through two links"] = canary => new TarBuilder()
            .Symlink("first", "second").Symlink("second", canary).File("first/planted", "x").Build(),
        ["file through a link that leads nowhere"] = _ =>
            new TarBuilder().Symlink("out", "/no/such/place").File("out/planted", "x").Build(),
        ["file through a link to itself"] = _ =>
            new TarBuilder().Symlink("loop", "loop").File("loop/planted", "x").Build(),
        ["file over a link to a file"] = canary =>
            new TarBuilder().Symlink("over", canary + "/secret").File("over", "overwritten").Build(),
        ["directory over a link to a directory"] = canary =>
            new TarBuilder().Symlink("over", canary).Directory("over/", mode: 0x1FF).File("over/planted", "x").Build(),
        ["device through a link"] = canary =>
            new TarBuilder().Symlink("out", canary).Device('3', "out/null", 1, 3).Build(),
        ["link through a link"] = canary =>
            new TarBuilder().Symlink("out", canary).Symlink("out/planted", "x").Build(),
        ["hard link to an absolute path"] = canary =>
            new TarBuilder().HardLink("stolen", canary + "/secret").File("stolen", "overwritten").Build(),
        ["hard link that climbs"] = canary => new TarBuilder().HardLink("stolen", Climb + canary + "/secret").Build(),
        ["hard link through a link"] = canary =>
            new TarBuilder().Symlink("out", canary).HardLink("stolen", "out/secret").Build(),
        ["hard link to a link and a write through it"] = canary => new TarBuilder()
            .Symlink("out", canary + "/secret").HardLink("same", "out").File("same", "overwritten").Build(),
        ["hard link whose new name goes through a link"] = canary => new TarBuilder()
            .File("inside", "x").Symlink("out", canary).HardLink("out/planted", "inside").Build(),
        ["hard link to nothing"] = _ => new TarBuilder().HardLink("dangling", "not/there").Build(),
        ["hard link to itself"] = _ => new TarBuilder().File("self", "x").HardLink("self", "self").Build(),
        ["hard link to a directory"] = _ => new TarBuilder().Directory("d/").HardLink("same", "d").Build(),
        ["whiteout of dot-dot"] = _ => new TarBuilder().Directory("d/").File("d/.wh...", "").Build(),
        ["whiteout of dot"] = _ => new TarBuilder().Directory("d/").File("d/.wh..", "").Build(),
        ["whiteout of nothing"] = _ => new TarBuilder().Directory("d/").File("d/.wh.", "").Build(),
        ["whiteout that climbs"] = canary => new TarBuilder().File(Climb + canary + "/.wh.secret", "").Build(),
        ["whiteout through a link"] = canary =>
            new TarBuilder().Symlink("out", canary).File("out/.wh.secret", "").Build(),
        ["opaque mark through a link"] = canary =>
            new TarBuilder().Symlink("out", canary).File("out/.wh..wh..opq", "").Build(),
        ["whiteout after its file"] = _ => new TarBuilder().File("gone", "x").File(".wh.gone", "").Build(),
        ["whiteout before its file"] = _ => new TarBuilder().File(".wh.back", "").File("back", "x").Build(),
        ["directory behind a whiteout"] = _ => new TarBuilder().File(".wh.d", "").File("d/.wh.x", "").Build(),
        ["replaced kinds"] = _ => new TarBuilder()
            .File("a", "file").Directory("a/").File("a/b", "x").File("a", "file again").Symlink("a", "b")
            .Directory("d/").File("d/x", "x").Symlink("d", "a").Build(),
        ["attributes through a link"] = canary => new TarBuilder().Symlink("out", canary)
            .Pax(("SCHILY.xattr.user.planted", "x")).File("out/secret", "overwritten").Build(),
        ["overlay's own attributes"] = _ => new TarBuilder().Directory("d/")
            .Pax(("SCHILY.xattr.trusted.overlay.opaque", "y")).Directory("d/e/")
            .Pax(("SCHILY.xattr.trusted.overlay.redirect", "/d")).Directory("d/f/").Build(),
        ["attribute of an unknown family"] = _ =>
            new TarBuilder().Pax(("SCHILY.xattr.nobody.knows", "x")).File("f", "x").Build(),
        ["set-user-id for everybody"] = _ => new TarBuilder().File("su", "x", mode: 0xDFF, owner: 0).Build(),
        ["devices"] = _ => new TarBuilder()
            .Device('3', "mem", 1, 1).Device('4', "disk", 8, 0).Device('3', "zero-zero", 0, 0).Build(),
        ["unknown kind"] = _ => new TarBuilder().File("before", "x").Entry('Z', "odd").Build(),
        ["contiguous file"] = _ => new TarBuilder().Entry('7', "odd", content: "x"u8.ToArray()).Build(),
        ["sparse file of the old kind"] = _ => new TarBuilder().Entry('S', "odd").Build(),
        ["global records"] = _ => new TarBuilder()
            .Entry('g', "pax_global_header", content: "19 comment=unused1\n"u8.ToArray()).File("f", "x").Build(),
        ["wrong checksum"] = _ => Altered(new TarBuilder().File("first", "x").File("second", "y").Build(), 1024 + 150),
        ["size beyond the end"] = _ =>
            new TarBuilder().Entry('0', "f", content: [1, 2, 3], claimedSize: 1 << 30).Build(),
        ["record of a name that climbs"] = canary =>
            new TarBuilder().Pax(("path", Climb + canary + "/planted")).File("harmless", "x").Build(),
        ["record of a link that climbs"] = canary =>
            new TarBuilder().Pax(("linkpath", canary + "/secret")).HardLink("stolen", "harmless").Build(),
        ["record with a name too long"] = _ =>
            new TarBuilder().Pax(("path", new string('n', 300))).File("short", "x").Build(),
        ["record with a wrong length"] = _ =>
            new TarBuilder().Entry('x', "pax", content: "99 path=x\n"u8.ToArray()).File("f", "x").Build(),
        ["empty name"] = _ => new TarBuilder().File("", "x").Build(),
        ["names that need care"] = _ => new TarBuilder()
            .File("new\nline", "x").File(" blank ", "x").File("back\\slash", "x").File("-rf", "x")
            .File("quote\"'", "x").File("a//b/./c", "x").File("tab\t", "x").Build(),
        ["name that is not UTF-8"] = _ => Altered(new TarBuilder().File("bytes-#", "x").Build(), 6, fixChecksum: true),
        ["root entries"] = _ => new TarBuilder()
            .Directory("./", mode: 0x1C0, owner: 7).File("./f", "x").Directory("/", mode: 0x1F8, owner: 8).Build(),
        ["end in the middle"] = _ =>
            [.. new TarBuilder().File("a", "x").Build(), .. new TarBuilder().File("behind-the-end", "x").Build()],
        ["second archive's whiteout of the first"] = canary => new TarBuilder()
            .Directory("d/").File("d/.wh." + Path.GetFileName(canary), "")
            .Symlink("d2", "..").File("d2/.wh.d", "").Build(),
        ["nothing but zeros"] = _ => new byte[10240],
        ["nothing"] = _ => [],
        ["text"] = _ => Encoding.UTF8.GetBytes(new string('t', 2000)),
    };

    /// <summary>The archive with one byte set to a value that no text has.</summary>
    private static byte[] Altered(byte[] archive, int offset, bool fixChecksum = false)
    {
        var before = archive[offset];
        archive[offset] = 0xFF;
        if (!fixChecksum) return archive;
        var header = archive.AsSpan(offset / 512 * 512, 512);
        var sum = Convert.ToInt32(Encoding.ASCII.GetString(header.Slice(148, 6)), 8) + 0xFF - before;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(header[148..]);
        return archive;
    }
}
