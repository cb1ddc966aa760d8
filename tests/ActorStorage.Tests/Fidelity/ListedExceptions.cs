// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Fidelity;

/// <summary>Archives of which we make something else on purpose, with the reason.</summary>
internal static class ListedExceptions
{
    /// <summary>What a layer is, whatever its description says.</summary>
    private static readonly string[] DescriptionAlone = ["tar-split", "diffs of"];

    private static readonly Exception[] Listed =
    [
        new("It looks for files by the names in the archive, so it does not find again what it put below a symbolic"
            + " link or what was above the root, and writes no diff. We write the archive as it was.",
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
        new("It looks for the content of whatever has a size, directories and links too, and writes no diff. We write"
            + " the archive as it was.",
        [
            "type: flag 49 with a size and no data", "type: flag 50 with a size and no data",
            "type: flag 53 with a size and no data",
            "type: flag 0 with a size and no data", "pax: size of a directory",
        ]),
        new("The same of devices, but for those that a mask makes files.",
            ["type: flag 51 with a size and no data", "type: flag 52 with a size and no data"]) { IsMasked = false },
        new("It loses what there is of the padding behind the last extension header, and writes a diff that is too"
            + " short.",
        [
            "end: cut off at 1280", "end: cut off at 1535", "end: cut off at 2304", "end: cut off at 3328",
            "end: cut off at 5376",
        ]),
        new("It cuts an id to 32 bits, which makes it that of somebody else, root for one; -1 leaves what is there.",
        [
            "number: owner that fits no id", "number: owner that is minus one", "number: owner that is minus two",
            "number: owner beyond 32 bits", "pax: uid \"4294967296\"",
            "pax: uid \"-1\"", "pax: gid \"4294967296\"", "pax: gid \"-1\"",
        ]),
        new("It cuts the id of a whiteout likewise.",
            ["number: owner of a whiteout that fits no id", "executed: whiteout of an unmapped owner"])
            { Driver = "overlay" },
        new("It cuts a device's number, which makes it another device.",
            ["number: device beyond 12 bits", "number: device beyond 20 bits"]) { IsMasked = false },
        new("A number that no device has is cut, or kept aside as it is.", ["number: negative device"]),
        new("It takes an xz stream that ends before its first block for an empty one.", ["xz: 20 bytes"]),
        new("It counts nanoseconds in 64 bits, and times of links beyond 2262 come around to before 1970.",
            ["pax: mtime of a symlink beyond nanoseconds"]),
        new("It puts the root's own path in front, and so takes the shorter paths the longer that is. We take what a"
            + " path may have.", ["name: path of 4094"]),
        new("A mark without a name removes the directory that holds it. The same archive is refused with overlay, by"
            + " both, and what an archive means must not depend on the driver.",
        [
            "whiteout of nothing below", "whiteout of dot below", "on base: whiteout of nothing below",
            "on base: whiteout of dot below", "unpacked: whiteout of the empty name", "unpacked: whiteout of dot",
        ]) { Driver = "vfs" },
        new("It describes a file with holes by its whole content, and writes a diff with that in it, which is no"
            + " archive any more. We keep the pieces in the description and write the archive as it was.",
        [
            "sparse: 0.0", "sparse: 0.1", "sparse: 0.1 with an empty name", "sparse: 1.0", "sparse: 1.0 of no pieces",
            "sparse: 1.0 with a longer map", "sparse: 1.0 of no size", "sparse: 1.0 with a number of 21 digits",
            "sparse: 1.0 of an empty file", "sparse: 1.0 of an empty piece at the end", "sparse: 1.0 with a sign",
            "sparse: 1.0 of a map of a megabyte", "sparse: 1.0 without a hole", "sparse: 0.1 that says so",
            "sparse: 0.0 and 0.1", "sparse: 0.1 with a whiteout's name", "sparse: 0.1 with a slash behind its name",
            "sparse: 0.1 of an empty whiteout with data", "sparse: in the place of aufs' links",
        ]) { Covers = DescriptionAlone },
        new("A mask makes it take types for files that it refuses otherwise, as we do: what an archive means must not"
            + " depend on the mask.",
        [
            .. ((int[])[32, 55, 56, 57, 65, 66, 68, 69, 73, 77, 78, 86, 88, 90, 97, 128, 255])
                .SelectMany(type => (string[])[$"type: flag {type}", $"type: flag {type} in gnu"]),
            "type: flag 83 in gnu", "pax: header of Solaris", "sparse old: one piece", "sparse old: four pieces",
            "sparse old: nothing but a hole", "sparse old: no pieces", "sparse old: no hole", "sparse old: empty",
            "sparse old: hole at the end", "sparse old: odd sizes", "sparse old: size less than the data",
            "sparse old: more than four pieces", "sparse old: more than twenty-five pieces", "sparse old: base 256",
        ]) { IsMasked = true },
        new("A mask makes it put an empty file where a global header is, which describes none.",
        [
            "unpacked: global header", "unpacked: global header with a name of its own", "type: flag 103 in gnu",
            "pax: global", "pax: global without a record", "pax: global attribute", "pax: global sparse",
            "pax: global at the end", "pax: global between a header and its entry",
            "gnu: long name before a global header",
        ]) { IsMasked = true },
        new("It keeps a type aside that a file's mode names besides, and device numbers of more than 32 bits. We keep"
            + " what the entry is, and such numbers are cut with a mask as they are without.",
            ["number: mode of another type", "number: device beyond 32 bits"]) { IsMasked = true },
    ];

    public static IEnumerable<string> Names => Listed.SelectMany(each => each.Names);

    /// <summary>What is wrong with the differences found: those that nobody listed, and those listed that are not
    /// there.</summary>
    /// <param name="isMasked">Whether both were told what permissions files get.</param>
    public static IReadOnlyList<string> Judge(
        IEnumerable<ArchiveKind> kinds, IReadOnlyDictionary<string, string[]> differences, string driver,
        bool isMasked = false)
    {
        var exceptions = Listed
            .Where(each => each.Driver is null || each.Driver == driver)
            .Where(each => each.IsMasked is null || each.IsMasked == isMasked)
            .SelectMany(each => each.Names.Select(name => (name, each)))
            .ToDictionary(pair => pair.name, pair => pair.each, StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var kind in kinds)
        {
            var listed = exceptions.GetValueOrDefault(kind.Name);
            var found = differences.GetValueOrDefault(kind.Name, []);
            var unlisted = found.Where(each => listed?.IsCovering(each) != true).ToList();
            if (unlisted.Count > 0) faults.Add($"{kind.Name}\n  {string.Join("\n  ", unlisted)}");
            if (listed is not null && found.Length == 0)
                faults.Add($"{kind.Name}: no longer differs, so take its reason away: {listed.Reason}");
        }
        return faults;
    }

    private sealed record Exception(string Reason, string[] Names)
    {
        /// <summary>The only one with which they differ; null when they do with all.</summary>
        public string? Driver { get; init; }

        /// <summary>Whether they differ with a mask only, or without one only; null when it does not matter.</summary>
        public bool? IsMasked { get; init; }

        /// <summary>How the differences begin that are listed; null for any.</summary>
        public string[]? Covers { get; init; }

        public bool IsCovering(string difference) =>
            Covers?.Any(each => difference.StartsWith(each, StringComparison.Ordinal)) ?? true;
    }
}
