// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Invariants;

namespace ActorStorage.Tests.Crashes;

/// <summary>What lies in a store and belongs to no record.</summary>
internal static class StoreLeftovers
{
    private static readonly TimeSpan Since = TimeSpan.FromHours(2);

    public static void None(StorageRoot root, StoreRecords records)
    {
        var paths = new StoragePaths(root.Graph, root.Run, root.Driver);
        Assert.Empty(StoreInvariants.CompareRecords(paths, records));
        if (root.Driver != "overlay") return;
        Assert.DoesNotContain(
            records.Layers, layer => File.Exists(Path.Combine(root.Overlay, layer.Id.Value, "uncommitted")));
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
}
