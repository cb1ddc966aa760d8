// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>Which driver a root is opened with, and what its options say.</summary>
internal static class DriverChoice
{
    public const string Overlay = "overlay";

    // In the order in which an existing directory decides when nobody names a driver.
    private static readonly string[] FoundByDirectory = [Overlay, "btrfs", "zfs"];
    private static readonly string[] Known = [Overlay, "overlay2", "btrfs", "zfs", "vfs", "aufs", "devicemapper"];

    /// <exception cref="StorageException">The driver is one that this engine does not have.</exception>
    public static string Choose(string named, string graphRoot)
    {
        var driver = named.Length > 0 ? named : Found(graphRoot);
        return driver is Overlay or "overlay2" ? Overlay : throw NoSuchDriver(driver, graphRoot);
    }

    /// <summary>The options meant for overlay, keys in lower case and without the driver's name.</summary>
    /// <exception cref="StorageException">An option is malformed, or its driver is no driver at all.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Options(IReadOnlyList<string> options)
    {
        var chosen = new List<KeyValuePair<string, string>>();
        foreach (var option in options)
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw Refusal($"unable to parse key/value option: {option}");
            var key = option[..equals].ToLowerInvariant();
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            var driver = dot < 0 ? "" : key[..dot];
            if (driver.Length > 0 && !Known.Contains(driver))
            {
                throw Refusal($"unknown driver {Quoted.Text(driver)} in option {Quoted.Text(option)}");
            }
            // An option for a driver that is not in use is nobody's business.
            if (driver is "" or Overlay or "overlay2") chosen.Add(new(key[(dot + 1)..], option[(equals + 1)..]));
        }
        return chosen;
    }

    private static string Found(string graphRoot)
    {
        var found = FoundByDirectory.Where(name => Directory.Exists($"{graphRoot}/{name}")).ToList();
        if (found.Count < 2) return found.FirstOrDefault() ?? Overlay;
        throw Refusal(
            $"{graphRoot} contains several valid graphdrivers: {string.Join(", ", found)}; " +
            "Please cleanup or explicitly choose storage driver (-s <DRIVER>)");
    }

    private static StorageException NoSuchDriver(string driver, string graphRoot) => new(
        StorageErrorKind.NotSupported, $"failed to GetDriver graph {driver} {graphRoot}: driver not supported");

    private static StorageException Refusal(string message) => new(StorageErrorKind.Invalid, message);
}
