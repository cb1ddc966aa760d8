// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>
/// An entry of every type in the place of one of every other. The second has another spelling of the same name: one
/// name twice is refused when the archive's description is written.
/// </summary>
internal static class ReplacementKinds
{
    private static readonly (string Name, Func<TarBuilder, string, TarBuilder> Add)[] Types =
    [
        ("file", (archive, name) => archive.File(name, "content")),
        ("empty directory", (archive, name) => archive.Directory(name)),
        ("directory", (archive, name) => archive.Directory(name).File(name + "/inside", "x")),
        ("symlink to a directory", (archive, name) => archive.Symlink(name, "/target")),
        ("symlink to nothing", (archive, name) => archive.Symlink(name, "nowhere")),
        ("symlink to a file", (archive, name) => archive.Symlink(name, "/target/f")),
        ("hard link", (archive, name) => archive.HardLink(name, "target/f")),
        ("device", (archive, name) => archive.Node(name, '3')),
        ("pipe", (archive, name) => archive.Node(name, '6')),
        ("whiteout", (archive, name) => archive.File(name.Replace("x/", "x/.wh.", StringComparison.Ordinal), "")),
        ("implicit directory", (archive, name) => archive.File(name + "/deep/inside", "x")),
        ("opaque directory", (archive, name) => archive.File(name + "/.wh..wh..opq", "")),
    ];

    public static ArchiveKind[] All =>
    [
        .. Types.SelectMany(first => Types.Select(second => new ArchiveKind(
            $"replaced: {first.Name} by {second.Name}",
            second.Add(first.Add(Started, "x/name"), "again/x/name").File("last", "x")))),
        .. Types.Select(type => new ArchiveKind(
            $"on base: {type.Name} in the place of all", InPlaceOfAll(type.Add), OnBase: true)),
        .. Leads.Select(lead => new ArchiveKind(
            $"replaced: directory by symlink that leads to a {lead.Name}",
            lead.Add(new TarBuilder(), "lead").Symlink("again", ".").Directory("name").Symlink("again/name", "lead"))),
        .. Leads.Select(lead => new ArchiveKind(
            $"replaced: symlink to a {lead.Name} by an opaque mark",
            lead.Add(new TarBuilder(), "lead").Symlink("name", "lead").File("name/.wh..wh..opq", ""))),
    ];

    /// <summary>Where a link leads that somebody takes for a directory.</summary>
    private static (string Name, Func<TarBuilder, string, TarBuilder> Add)[] Leads =>
    [
        ("file", (archive, name) => archive.File(name, "content")),
        ("device that is there", (archive, name) => archive.Node(name, '3')),
        ("device that is not there", (archive, name) => archive.Node(name, '4', major: 200, minor: 77)),
        ("pipe", (archive, name) => archive.Node(name, '6')),
        ("link to nothing", (archive, name) => archive.Symlink(name, "nowhere")),
    ];

    private static TarBuilder Started =>
        new TarBuilder().Directory("target/").File("target/f", "target").Symlink("again", ".").Directory("x/");

    private static Func<byte[]> InPlaceOfAll(Func<TarBuilder, string, TarBuilder> add) => () =>
    {
        var archive = new TarBuilder().Directory("target/").File("target/f", "target").Symlink("x", ".");
        foreach (var name in (string[])["d", "k", "s", "f", "hard", "own"]) archive = add(archive, "x/" + name);
        return archive.Ended();
    };
}
