// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.TestKit.Invariants;

/// <summary>Compares the records of a store with the directories that lie in it.</summary>
internal static class RecordedThings
{
    private const string TarSplitSuffix = ".tar-split.gz";
    private const string Links = "l";
    private const string UnfinishedPrefix = ".tmp-";

    // Documents, locks, and the places where things are staged.
    private static readonly string[] Own =
    [
        Links, "tempdirs", "staging", "tmp", "layers.json", "volatile-layers.json", "layers.lock", "images.json",
        "images.lock", "containers.json", "volatile-containers.json", "containers.lock", ".has-mount-program",
    ];

    public static IEnumerable<string> Differences(StoragePaths paths, StoreRecords records, bool allowUnfinished)
    {
        var layers = Ids(records.Layers.Where(layer => layer.ReadOnlyStore is null).Select(layer => layer.Id.Value));
        var images = Ids(records.Images.Select(image => image.Id.Value));
        var containers = Ids(records.Containers.Select(container => container.Id.Value));
        string[] homes = [.. ((string?[])[paths.DriverHome, paths.ImageStoreHome]).OfType<string>().Select(TreesOf)];
        var unknown = homes.SelectMany(home => Unknown(home, layers))
            .Concat(Unknown(paths.Layers, layers)).Concat(Unknown(paths.Images, images))
            .Concat(Unknown(paths.Containers, containers)).Concat(Unknown(paths.ContainersRun, containers));
        if (allowUnfinished) unknown = unknown.Where(path => !IsUnfinished(path));
        return
        [
            .. unknown.Select(path =>
                $"{path}: {(IsUnfinished(path) ? "an unfinished document" : "no record names it")}"),
            .. layers.Where(layer => !homes.Any(home => Directory.Exists($"{home}/{layer}")))
                .Select(layer => $"layer {layer} has no directory in {string.Join(", ", homes)}"),
            .. paths.Driver == DriverChoice.Overlay ? LinkDifferences(homes, layers) : [],
        ];

        string TreesOf(string home) => paths.Driver == DriverChoice.Vfs ? $"{home}/dir" : home;
    }

    private static bool IsUnfinished(string path) =>
        Path.GetFileName(path).StartsWith(UnfinishedPrefix, StringComparison.Ordinal);

    private static HashSet<string> Ids(IEnumerable<string> ids) => ids.ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Unknown(string directory, HashSet<string> ids) => Entries(directory)
        .Where(path => Path.GetFileName(path) is var name && !Own.Contains(name) && !ids.Contains(name)
            && !ids.Contains(name.Replace(TarSplitSuffix, "", StringComparison.Ordinal)));

    /// <summary>Each overlay layer has one short name, which leads to <c>../ID/diff</c>.</summary>
    private static IEnumerable<string> LinkDifferences(IEnumerable<string> homes, HashSet<string> layers)
    {
        var withoutLink = layers.ToHashSet(StringComparer.Ordinal);
        foreach (var path in homes.SelectMany(home => Entries($"{home}/{Links}")))
        {
            var target = new FileInfo(path).LinkTarget;
            if (target?.Split('/') is not ["..", var layer, "diff"] || !withoutLink.Remove(layer))
                yield return $"{path}: leads to {target ?? "nothing"}, which is no layer's, or one's that has another";
        }
        foreach (var layer in withoutLink) yield return $"layer {layer} has no short name";
    }

    private static string[] Entries(string directory) =>
        Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];
}
