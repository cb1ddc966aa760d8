// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Fidelity;

/// <summary>Archives of which we make something else on purpose, with the reason.</summary>
internal static class ListedExceptions
{
    private static readonly (string Reason, string[] Names)[] Listed =
    [
        ("It looks for files by the names in the archive, so it does not find again what it put below a symbolic link"
            + " or what was above the root, and writes no diff. We write the archive as it was.",
        [
            "unpacked: dot dot in front", "unpacked: dot dot inside",
            "unpacked: member below an absolute symlink inside", "gnu: long name that climbs",
            "unpacked: member below a climbing symlink", "unpacked: member below a chain of symlinks",
            "unpacked: symlink to root, members below",
            "replaced: symlink to a directory by implicit directory", "file below a symlink to the root",
            "file below a symlink to dots", "name of a file: dots within and out", "name of a directory: dots",
            "name of a directory: dots slash", "name of a directory: dots twice",
            "name of a directory: dots within and out",
        ]),
        ("It looks for the content of whatever has a size, directories and links too, and writes no diff. We write the"
            + " archive as it was.",
        [
            "type: flag 49 with a size and no data", "type: flag 50 with a size and no data",
            "type: flag 51 with a size and no data", "type: flag 52 with a size and no data",
            "type: flag 53 with a size and no data",
            "type: flag 0 with a size and no data", "pax: size of a directory",
        ]),
        ("It loses what there is of the padding behind the last extension header, and writes a diff that is too short.",
        [
            "end: cut off at 1280", "end: cut off at 1535", "end: cut off at 2304", "end: cut off at 3328",
            "end: cut off at 5376",
        ]),
        ("It cuts an id to 32 bits, which makes it that of somebody else, root for one; -1 leaves what is there.",
        [
            "number: owner that fits no id", "number: owner that is minus one", "number: owner that is minus two",
            "number: owner beyond 32 bits", "number: owner of a whiteout that fits no id", "pax: uid \"4294967296\"",
            "pax: uid \"-1\"", "pax: gid \"4294967296\"", "pax: gid \"-1\"", "executed: whiteout of an unmapped owner",
        ]),
        ("It cuts a device's number, which makes it another device.",
        ["number: device beyond 12 bits", "number: device beyond 20 bits", "number: negative device"]),
        ("It takes an xz stream that ends before its first block for an empty one.", ["xz: 20 bytes"]),
        ("It counts nanoseconds in 64 bits, and times of links beyond 2262 come around to before 1970.",
            ["pax: mtime of a symlink beyond nanoseconds"]),
        ("A mark on what is no directory means nothing. It sets it on what a link leads to; we set it on the link, for"
            + " what the link leads to may be a device, which we do not open.",
            ["replaced: symlink to a file by opaque directory"]),
        ("It puts the root's own path in front, and so takes the shorter paths the longer that is. We take what a path"
            + " may have.", ["name: path of 4094"]),
        ("A name that is longer than a path can be is refused before its dots and slashes are taken out.",
            ["name: path of 5000 that cleans to less", "name: path of many slashes"]),
        ("Files with holes in PAX archives are not read yet.",
        [
            "sparse: 0.0", "sparse: 0.1", "sparse: 0.1 with an empty name", "sparse: 1.0", "sparse: 1.0 of no pieces",
            "sparse: 1.0 with a longer map", "sparse: 1.0 of no size", "sparse: 1.0 with a number of 21 digits",
            "sparse: pax of another major", "sparse: major without a minor",
        ]),
        ("All that describes one entry is held in memory, so it has a limit together; there it has one each.",
            ["pax: two headers of more than a megabyte together"]),
    ];

    public static IReadOnlyDictionary<string, string> Reasons { get; } = Listed
        .SelectMany(each => each.Names.Select(name => (name, each.Reason)))
        .ToDictionary(each => each.name, each => each.Reason, StringComparer.Ordinal);

    /// <summary>What is wrong with the differences found: those that nobody listed, and those listed that are not
    /// there.</summary>
    public static IReadOnlyList<string> Judge(
        IEnumerable<ArchiveKind> kinds, IReadOnlyDictionary<string, string[]> differences)
    {
        var faults = new List<string>();
        foreach (var kind in kinds)
        {
            var isListed = Reasons.TryGetValue(kind.Name, out var reason);
            var differs = differences.TryGetValue(kind.Name, out var found);
            if (differs && !isListed) faults.Add($"{kind.Name}\n  {string.Join("\n  ", found!)}");
            if (isListed && !differs) faults.Add($"{kind.Name}: no longer differs, so take its reason away: {reason}");
        }
        return faults;
    }
}
