// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Modes and extended attributes of every family on every type of file.</summary>
internal static class AttributeKinds
{
    private static readonly (string Name, string Value)[] Attributes =
    [
        ("user.a", "1"), ("user.empty", ""), ("user.binary", "\0\u00ff"), ("user.long", new string('v', 3000)),
        ("user.too-long", new string('v', 70_000)), ("user." + new string('n', 250), "1"),
        ("user." + new string('n', 251), "1"), ("user.\u00ff", "1"), ("user.\u00c3\u00a4", "1"), ("trusted.a", "1"),
        ("security.capability", Text("0100000200200000000000000000000000000000")), ("security.capability", "junk"),
        ("security.ima", "x"), ("security.other", "x"), ("security.selinux", "system_u:object_r:x:s0"), ("system.a",
        "1"),
        ("system.posix_acl_access", Text("02000000" + "01000600ffffffff" + "0200070001000000" + "04000400ffffffff"
            + "10000700ffffffff" + "20000400ffffffff")),
        ("system.posix_acl_access", "junk"), ("system.posix_acl_default", Text("02000000" + "01000700ffffffff"
            + "04000500ffffffff" + "20000500ffffffff")),
        ("unknown.a", "1"), ("plain", "1"), ("user.", "1"), ("trusted.overlay.opaque", "y"),
        ("trusted.overlay.opaque", "x"),
        ("trusted.overlay.upper", "1"), ("user.containers.override_stat", "0:0:0755"), ("security.SMACK64", "x"),
    ];

    private static readonly (string Name, TarFields Fields)[] Types =
    [
        ("file", new TarFields("f") { Mode = "0000640", UserId = "0000005" }),
        ("directory", new TarFields("d/", '5') { Mode = "0000750", UserId = "0000005" }),
        ("symlink", new TarFields("l", '2') { Link = "x" }), ("device", new TarFields("n", '3') { Major = "1",
        Minor = "3" }),
        ("root", new TarFields("/", '5') { Mode = "0000755" }), ("hard link", new TarFields("h",
        '1') { Link = "before" }),
    ];

    public static ArchiveKind[] All =>
    [
        .. Types.SelectMany(type => Attributes.Select((attribute, at) => new ArchiveKind(
            $"attribute {at} {new string([.. attribute.Name.Where(char.IsAscii).Take(30)])} of a {type.Name}",
            new TarBuilder().File("before", "b").Pax(("SCHILY.xattr." + attribute.Name, attribute.Value))
                .Header(type.Fields).File("behind", "b")))),
        .. ((string[])["0000000", "0000777", "0001777", "0002755", "0004755", "0006711", "0007777", "0000111",
            "0001000"])
            .Select(mode => new ArchiveKind($"mode {mode}", new TarBuilder()
                .File(new TarFields("f") { Mode = mode, UserId = "0000007", GroupId = "0000010" }, [1])
                .Header(new TarFields("d/", '5') { Mode = mode, UserId = "0000007", GroupId = "0000010" })
                .File("d/f", "x").File("d/i/g", "x").Symlink("d/l", "x")
                .Header(new TarFields("n", '3') { Mode = mode, Major = "1", Minor = "3", UserId = "0000007" })
                .Header(new TarFields("p", '6') { Mode = mode, GroupId = "0000007" }))),
        new("attributes of two entries", new TarBuilder().Pax(("SCHILY.xattr.user.a", "1")).File("f", "x").File("g",
            "x")),
        new("many attributes", new TarBuilder()
            .Pax([.. Enumerable.Range(0, 40).Select(i => ($"SCHILY.xattr.user.a{i}", $"{i}"))]).File("f", "x")),
        new("directory times with children", new TarBuilder()
            .Pax(("mtime", "1.000000001"), ("atime", "2.5")).Directory("d/").File("d/f", "x")
            .Pax(("mtime", "-1.5")).Directory("d/e/").File("d/e/f", "x").Symlink("d/e/l", "x")),
    ];

    private static string Text(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex));
}
