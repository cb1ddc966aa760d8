// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Type flags, known and not, and entries with data that their type does not have.</summary>
internal static class TypeKinds
{
    private const string Flags = "\07ABDEIMNSVXZagx\u0080\u00ff 89";

    public static ArchiveKind[] All =>
    [
        .. Flags.Select(flag => new ArchiveKind(
            $"type: flag {(int)flag}", new TarBuilder().File("f", "hello", flag).File("behind", "b"))),
        .. Flags.Select(flag => new ArchiveKind(
            $"type: flag {(int)flag} in gnu", new TarBuilder()
                .File(new TarFields("f", flag) { Magic = TarFields.Gnu, Major = "", Minor = "" }, [])
                .File("behind", "b"))),
        .. "12345\0".Select(flag => new ArchiveKind(
            $"type: flag {(int)flag} with a size and no data", new TarBuilder()
                .File("t", "t").Header(new TarFields("d/", flag) { Link = "t" }, 5).File("behind", "b"))),
        .. "123456\0".Select(flag => new ArchiveKind(
            $"type: flag {(int)flag} with data", new TarBuilder()
                .File("t", "t").File(new TarFields("d", flag) { Link = "t" }, [1, 2, 3]).File("behind", "b"))),
        new("type: file that ends in a slash", new TarBuilder().File("f/", "hello").File("d/f/", "x")),
        new("type: old file that ends in a slash", new TarBuilder().File("f/", "", '\0').File("f/g", "x")),
        new("type: directory without a slash", new TarBuilder().Directory("d").File("d/f", "x")),
        new("type: links and devices that end in a slash", new TarBuilder()
            .File("f", "x").Symlink("l/", "f").HardLink("h/", "f").Node("n/", '3').Node("p/", '6')),
        new("type: hard link to a name that ends in a slash", new TarBuilder().File("f", "x").HardLink("h", "f/")),
        new("type: devices of all kinds", new TarBuilder()
            .Node("null", '3').Node("disk", '4', 8, 1).Node("pipe", '6', 9, 9).Node("zero", '3', 0, 0)
            .Node("zero-disk", '4', 0, 0)),
        new("type: whiteout of an unknown flag", new TarBuilder().File(".wh.f", "", 'Z').File("behind", "b")),
        new("type: whiteout with data", new TarBuilder().File(".wh.f", "hello").File("behind", "b")),
        new("type: whiteout of an unknown flag with data", new TarBuilder().File(".wh.f", "hello", 'Z').File("b", "b")),
        new("type: whiteout that is a device", new TarBuilder().Node(".wh.f", '3').Node("d/.wh..wh..opq", '6')),
        new("type: hard link without a target", new TarBuilder().HardLink("h", "")),
        new("type: symlink without a target", new TarBuilder().Symlink("l", "")),
    ];
}
