// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// Directories in which the Go tools try what the kernel can do, when they open a root that nobody has used since the
/// machine was started. They lie among the layers for some milliseconds, under no lock that a collector holds.
/// </summary>
internal static class KernelProbe
{
    private static readonly string[] Prefixes = ["compat", "metacopy-check", "opaque-bug-check", "volatile-check"];
    private static readonly TimeSpan AgeMin = TimeSpan.FromHours(1);

    internal static bool IsRecent(LayerRoot root, LayerId layer)
    {
        if (!Prefixes.Any(prefix => IsOf(prefix, layer.Value))) return false;
        return root.Driver.Places.Writable.Any(place =>
            root.Disk.Status(place.Directory, root.Driver.PathInHome(layer)) is { } status
            && !UnfinishedDocument.IsOld(status, AgeMin, root.Time));
    }

    /// <summary>Go makes names unique with a number.</summary>
    private static bool IsOf(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && !name.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9');
}
