// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Configuration;

/// <summary>Which driver a root is opened with.</summary>
public static class DriverChoice
{
    public const string Overlay = "overlay";
    public const string Vfs = "vfs";

    // The drivers whose directories are looked for, in the order in which one of them decides.
    private static readonly string[] UsualPriority = [Overlay, "btrfs", "zfs", Vfs];
    private static readonly string[] Available = [Overlay, Vfs];

    /// <param name="named">What somebody asked for by name, or empty: then what is there decides.</param>
    /// <param name="priority">Drivers to prefer, best first, or empty for the usual order.</param>
    /// <param name="graphRoot">The root that is opened; it need not exist.</param>
    /// <returns>The canonical name, as it stands in the names of directories.</returns>
    /// <exception cref="StorageException">NotSupported: a driver that this engine does not have. Invalid: several
    /// drivers have left their directories, and nobody says which one is meant.</exception>
    public static string Choose(string named, IReadOnlyList<string> priority, string graphRoot)
    {
        var driver = named.Length > 0 ? named : Prior(priority, graphRoot) ?? FirstUsable(priority, graphRoot);
        var canonical = driver == "overlay2" ? Overlay : driver;
        return Available.Contains(canonical) ? canonical : throw NoSuchDriver(driver, graphRoot);
    }

    /// <summary>The driver that was used before, if one was. Directories of vfs decide only when somebody put it into
    /// a list of his own: it is the last resort, and nobody wants to stay with it by accident.</summary>
    private static string? Prior(IReadOnlyList<string> priority, string graphRoot)
    {
        var found = UsualPriority.Where(name => Directory.Exists($"{graphRoot}/{name}")).ToList();
        var wanted = priority.Count > 0 ? priority : UsualPriority[..^1];
        if (wanted.FirstOrDefault(found.Contains) is not { } prior) return null;
        if (found.Count == 1) return prior;
        throw new StorageException(
            StorageErrorKind.Invalid,
            $"{graphRoot} contains several valid graphdrivers: {string.Join(", ", found)}; " +
            "Please cleanup or explicitly choose storage driver (-s <DRIVER>)");
    }

    private static string FirstUsable(IReadOnlyList<string> priority, string graphRoot)
    {
        if (priority.Count == 0) return Overlay;
        return priority.FirstOrDefault(name => Available.Contains(name))
            ?? throw new StorageException(
                StorageErrorKind.NotSupported, $"{graphRoot}: no supported storage backend found");
    }

    private static StorageException NoSuchDriver(string driver, string graphRoot) => new(
        StorageErrorKind.NotSupported, $"failed to GetDriver graph {driver} {graphRoot}: driver not supported");
}
