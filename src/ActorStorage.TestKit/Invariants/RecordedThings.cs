// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.TestKit.Invariants;

/// <summary>Compares the records of a store with the directories that lie in it.</summary>
internal static class RecordedThings
{
    private const string TarSplitSuffix = ".tar-split.gz";
    private const string Links = "l";

    // Documents, locks, and the places where things are staged.
    private static readonly string[] Own =
    [
        Links, "tempdirs", "staging", "tmp", "layers.json", "volatile-layers.json", "layers.lock", "images.json",
        "images.lock", "containers.json", "volatile-containers.json", "containers.lock", ".has-mount-program",
    ];

    public static IEnumerable<string> Differences(StoragePaths paths, StoreRecords records)
    {
        var layers = Ids(records.Layers.Where(layer => layer.ReadOnlyStore is null).Select(layer => layer.Id.Value));
        var images = Ids(records.Images.Select(image => image.Id.Value));
        var containers = Ids(records.Containers.Select(container => container.Id.Value));
        string[] homes = [.. ((string?[])[paths.DriverHome, paths.ImageStoreHome]).OfType<string>().Select(TreesOf)];
        return
        [
            .. homes.SelectMany(home => Unknown(home, layers)),
            .. homes.SelectMany(home => UnknownLinks($"{home}/{Links}", layers)),
            .. Unknown(paths.Layers, layers),
            .. Unknown(paths.Images, images),
            .. Unknown(paths.Containers, containers),
            .. Unknown(paths.ContainersRun, containers),
            .. layers.Where(layer => !homes.Any(home => Directory.Exists($"{home}/{layer}")))
                .Select(layer => $"layer {layer} has no directory in {string.Join(", ", homes)}"),
        ];

        string TreesOf(string home) => paths.Driver == DriverChoice.Vfs ? $"{home}/dir" : home;
    }

    private static HashSet<string> Ids(IEnumerable<string> ids) => ids.ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Unknown(string directory, HashSet<string> ids) => Entries(directory)
        .Where(path => Path.GetFileName(path) is var name && !Own.Contains(name) && !ids.Contains(name)
            && !name.StartsWith(StagedThings.UnfinishedPrefix, StringComparison.Ordinal)
            && !ids.Contains(name.Replace(TarSplitSuffix, "", StringComparison.Ordinal)))
        .Select(path => $"{path}: no record names it");

    /// <summary>The short names of overlay layers lead to <c>../ID/diff</c>.</summary>
    private static IEnumerable<string> UnknownLinks(string directory, HashSet<string> layers) =>
        from path in Entries(directory)
        let target = new FileInfo(path).LinkTarget
        where target?.Split('/') is not ["..", var layer, "diff"] || !layers.Contains(layer)
        select $"{path}: leads to {target ?? "nothing"}, which is no layer's";

    private static string[] Entries(string directory) =>
        Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];
}
