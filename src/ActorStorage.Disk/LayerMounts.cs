// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>
/// Mounts with their counts, which are shared with every other process on the run root. Under layers.lock, held
/// exclusively, with a current index; storage.lock is held too when something is mounted.
/// </summary>
public static class LayerMounts
{
    /// <returns>The mount point, the same one however often it is mounted.</returns>
    public static string Mount(LayerRoot root, LayerRecord layer, MountRequest request, TimeSpan lockWaitMax)
    {
        var (path, isNew) = ("", false);
        try
        {
            root.ChangeMounts(lockWaitMax, mounts =>
            {
                // A count without a mount is what a reboot or somebody's umount left: mount again, count on.
                isNew = mounts.Find(layer.Id) is not { } known || !root.Disk.IsMountPoint(known.Path);
                path = isNew ? root.Driver.Mount(layer.Id, request) : mounts.Find(layer.Id)!.Path;
                return mounts.Mounted(layer.Id, path);
            });
        }
        catch (StorageException) when (isNew && path.Length > 0)
        {
            // Mounted but not counted: nobody would ever take it away.
            root.Driver.Unmount(layer.Id);
            throw;
        }
        return path;
    }

    /// <returns>Whether it is really unmounted now: false while others use it.</returns>
    public static bool Unmount(LayerRoot root, LayerRecord layer, bool force, TimeSpan lockWaitMax)
    {
        var unmounted = false;
        root.ChangeMounts(lockWaitMax, mounts =>
        {
            if (!force && mounts.Find(layer.Id) is { Count: > 1 }) return mounts.Unmounted(layer.Id);
            root.Driver.Unmount(layer.Id);
            unmounted = true;
            return mounts.Without(layer.Id);
        });
        return unmounted;
    }

    /// <summary>Unmounts those of the layers that are mounted, whoever uses them.</summary>
    public static void ReleaseAll(LayerRoot root, IReadOnlyList<LayerId> layers, TimeSpan lockWaitMax)
    {
        if (!layers.Any(layer => root.Mounts().Find(layer) is not null)) return;
        root.ChangeMounts(lockWaitMax, mounts =>
        {
            foreach (var layer in layers.Where(layer => mounts.Find(layer) is not null))
            {
                root.Driver.Unmount(layer);
                mounts = mounts.Without(layer);
            }
            return mounts;
        });
    }
}
