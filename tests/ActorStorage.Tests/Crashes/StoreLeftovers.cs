// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Crashes;

/// <summary>What lies in a store and belongs to no record.</summary>
internal static class StoreLeftovers
{
    private static readonly TimeSpan Since = TimeSpan.FromHours(2);

    // Documents, locks, and the places where things are staged.
    private static readonly string[] Own =
    [
        "l", "tempdirs", "staging", "tmp", "layers.json", "volatile-layers.json", "layers.lock", "images.json",
        "images.lock", "containers.json", "volatile-containers.json", "containers.lock", ".has-mount-program",
    ];

    public static void None(StorageRoot root, StoreRecords records)
    {
        var layers = records.Layers.Select(layer => layer.Id.Value).ToHashSet(StringComparer.Ordinal);
        var images = records.Images.Select(image => image.Id.Value).ToHashSet(StringComparer.Ordinal);
        var containers = records.Containers.Select(container => container.Id.Value).ToHashSet(StringComparer.Ordinal);
        var driver = root.Driver == "overlay" ? root.Overlay : Path.Combine(root.Graph, "vfs", "dir");
        string[] unknown =
        [
            .. Unknown(driver, layers),
            .. Unknown(Path.Combine(root.Graph, $"{root.Driver}-layers"), layers),
            .. Unknown(Path.Combine(root.Graph, $"{root.Driver}-images"), images),
            .. Unknown(Path.Combine(root.Graph, $"{root.Driver}-containers"), containers),
            .. Unknown(Path.Combine(root.Run, $"{root.Driver}-containers"), containers),
        ];
        Assert.Empty(unknown);
        if (root.Driver != "overlay") return;
        Assert.Equal(layers.Count, Directory.EnumerateFileSystemEntries(Path.Combine(root.Overlay, "l")).Count());
        Assert.DoesNotContain(layers, layer => File.Exists(Path.Combine(root.Overlay, layer, "uncommitted")));
    }

    /// <summary>The crash was some hours ago: what might be a living process's for a moment is nobody's.</summary>
    public static void LongAgo(StorageRoot root)
    {
        if (!Directory.Exists(root.Graph)) return;
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = 0,
            MaxRecursionDepth = 3,
        };
        foreach (var path in Directory.EnumerateFiles(root.Graph, "*", options))
        {
            var name = Path.GetFileName(path);
            string[] prefixes = ["lock-", ".tmp-"];
            if (prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow - Since);
        }
    }

    private static IEnumerable<string> Unknown(string directory, HashSet<string> ids) =>
        !Directory.Exists(directory)
            ? []
            : Directory.EnumerateFileSystemEntries(directory).Where(path =>
                Path.GetFileName(path) is var name && !Own.Contains(name) && !ids.Contains(name)
                && !ids.Contains(name.Replace(".tar-split.gz", "", StringComparison.Ordinal)));
}
