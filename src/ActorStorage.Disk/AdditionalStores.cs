// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What must be true of the additional stores of a root.</summary>
public static class AdditionalStores
{
    /// <summary>
    /// None of them may be the store itself, under whatever path: a writer would wait for its own lock to read what it
    /// writes.
    /// </summary>
    /// <exception cref="StorageException">Invalid.</exception>
    public static void RefuseItself(IDisk disk, StoragePaths paths)
    {
        if (paths.AdditionalImageStores.Count == 0) return;
        HashSet<(ulong, ulong)?> own = [Identity(disk, paths.GraphRoot)];
        if (paths.ImageStore is { } imageStore) own.Add(Identity(disk, imageStore));
        foreach (var other in paths.AdditionalImageStores)
        {
            if (Identity(disk, other) is not { } identity || !own.Contains(identity)) continue;
            throw new StorageException(
                StorageErrorKind.Invalid, $"additional image store {other} is the store itself", other);
        }
    }

    /// <summary>Null when it is not there yet.</summary>
    private static (ulong Device, ulong Inode)? Identity(IDisk disk, string path)
    {
        try
        {
            using var directory = disk.OpenDirectory(path);
            var status = disk.Status(directory);
            return (status.Device, status.Inode);
        }
        catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }
}
