// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;

namespace ActorStorage.TestKit.Invariants;

/// <summary>What lies in the places where things are made, and where deleted ones wait. The empty temp directories that
/// a living engine keeps for itself do not count.</summary>
internal static class StagedThings
{
    private const string DirectoryPrefix = "temp-dir-";
    private const string LockPrefix = "lock-";
    private const string Mark = "uncommitted";

    public static IEnumerable<string> In(StoragePaths paths)
    {
        string?[] temps = [paths.DriverTemp, paths.ImageStoreTemp, paths.LayersTemp, $"{paths.DriverHome}/staging"];
        string?[] homes = [paths.DriverHome, paths.ImageStoreHome];
        return temps.OfType<string>().SelectMany(InTemp)
            .Concat(homes.OfType<string>().SelectMany(Uncommitted));
    }

    private static IEnumerable<string> InTemp(string temp)
    {
        foreach (var name in Names(temp))
        {
            var path = $"{temp}/{name}";
            if (name.StartsWith(LockPrefix, StringComparison.Ordinal))
            {
                if (IsHeld(path)) continue;
                yield return $"{path}: the lock of a process that is gone";
            }
            else if (name.StartsWith(DirectoryPrefix, StringComparison.Ordinal))
            {
                foreach (var inside in Names(path)) yield return $"{path}/{inside}: half made, or deleted and not gone";
                if (!IsHeld($"{temp}/{LockPrefix}{name[DirectoryPrefix.Length..]}"))
                    yield return $"{path}: of a process that is gone";
            }
            else yield return $"{path}: half made";
        }
    }

    private static bool IsHeld(string lockFile) => !ObservedLock.Look(lockFile).Holders.IsEmpty;

    private static IEnumerable<string> Uncommitted(string home) =>
        Names(home).Where(name => File.Exists($"{home}/{name}/{Mark}"))
            .Select(name => $"{home}/{name}: still marked as {Mark}");

    private static IEnumerable<string> Names(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
