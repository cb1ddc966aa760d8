// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>Which driver a root is opened with.</summary>
internal static class DriverChoice
{
    public const string Overlay = "overlay";

    // In the order in which an existing directory decides when nobody names a driver.
    private static readonly string[] FoundByDirectory = [Overlay, "btrfs", "zfs"];

    /// <exception cref="StorageException">The driver is one that this engine does not have.</exception>
    public static string Choose(string named, string graphRoot)
    {
        var driver = named.Length > 0 ? named : Found(graphRoot);
        return driver is Overlay or "overlay2" ? Overlay : throw NoSuchDriver(driver, graphRoot);
    }

    private static string Found(string graphRoot)
    {
        var found = FoundByDirectory.Where(name => Directory.Exists($"{graphRoot}/{name}")).ToList();
        if (found.Count < 2) return found.FirstOrDefault() ?? Overlay;
        throw new StorageException(
            StorageErrorKind.Invalid,
            $"{graphRoot} contains several valid graphdrivers: {string.Join(", ", found)}; " +
            "Please cleanup or explicitly choose storage driver (-s <DRIVER>)");
    }

    private static StorageException NoSuchDriver(string driver, string graphRoot) => new(
        StorageErrorKind.NotSupported, $"failed to GetDriver graph {driver} {graphRoot}: driver not supported");
}
