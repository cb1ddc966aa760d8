// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>Removes the temp directories of processes that are gone: those whose lock nobody holds.</summary>
public static class StaleRecovery
{
    /// <summary>
    /// A lock file without a directory may belong to an engine that creates the file first and locks it then. Left
    /// alone for so long, it is nobody's; before, removing it could cost that engine the directory it is about to make.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <returns>The names that were removed: directories, and lock files that had none.</returns>
    /// <exception cref="StorageException">One could not be removed; all others were tried first.</exception>
    public static IReadOnlyList<string> Run(IDisk disk, string tempRoot) => Run(disk, tempRoot, TimeProvider.System);

    internal static IReadOnlyList<string> Run(IDisk disk, string tempRoot, TimeProvider time)
    {
        if (TryOpen(disk, tempRoot) is not { } root) return [];
        using (root)
        {
            var removed = new List<string>();
            StorageException? first = null;
            var instances = disk.List(root).Select(TempNames.Instance).OfType<string>();
            foreach (var instance in new SortedSet<string>(instances, StringComparer.Ordinal))
            {
                try
                {
                    if (TryRemove(disk, root, instance, time) is { } name) removed.Add(name);
                }
                catch (StorageException failure)
                {
                    first ??= failure;
                }
            }
            if (first is not null) ExceptionDispatchInfo.Throw(first);
            return removed;
        }
    }

    private static string? TryRemove(IDisk disk, DirectoryHandle root, string instance, TimeProvider time)
    {
        var (lockName, directoryName) = (TempNames.Lock(instance), TempNames.Directory(instance));
        if (disk.Status(root, directoryName) is null)
        {
            if (disk.Status(root, lockName) is not { } alone || IsSettling(alone, time)) return null;
        }
        using var claim = FileLock.Open($"{root.Path}/{lockName}");
        if (!claim.TryAcquire(LockMode.Exclusive)) return null;
        // Whoever had the lock may have removed the name before releasing it, and what is there now is another's.
        if (!claim.IsStill(disk, root, lockName)) return null;
        var hasDirectory = disk.Status(root, directoryName) is not null;
        TreeRemoval.Remove(disk, root, directoryName);
        disk.RemoveFile(root, lockName);
        return hasDirectory ? directoryName : lockName;
    }

    private static bool IsSettling(FileStatus lockFile, TimeProvider time)
    {
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(lockFile.ModifiedAt.Seconds);
        return age < Settling;
    }

    private static DirectoryHandle? TryOpen(IDisk disk, string path)
    {
        try
        {
            return disk.OpenDirectory(path);
        }
        catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }
}
