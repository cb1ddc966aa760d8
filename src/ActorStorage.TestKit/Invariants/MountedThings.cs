// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Mono.Unix;

namespace ActorStorage.TestKit.Invariants;

/// <summary>What the kernel says is mounted in a store, but for the driver's home, which is a mount of its own while
/// tools work.</summary>
internal static class MountedThings
{
    private static readonly LinuxDisk Disk = new();

    public static IEnumerable<string> In(StoragePaths paths)
    {
        string?[] roots = [paths.GraphRoot, paths.RunRoot, paths.ImageStore];
        return roots.OfType<string>().Where(Directory.Exists).SelectMany(Below)
            .Where(mount => !IsHome(paths, mount))
            .Select(mount => $"{mount} is mounted");
    }

    public static bool IsHome(StoragePaths paths, string mount) =>
        ((string?[])[paths.DriverHome, paths.ImageStoreHome]).OfType<string>().Any(home => IsAt(mount, home));

    private static IReadOnlyList<string> Below(string path)
    {
        using var parent = Disk.OpenDirectory(Path.GetDirectoryName(path)!);
        return Disk.MountsBelow(parent, Path.GetFileName(path));
    }

    /// <summary>Mounts have their real paths, which the path of a root need not be.</summary>
    private static bool IsAt(string mount, string home) =>
        Directory.Exists(home) && mount == UnixPath.GetCompleteRealPath(home);
}
