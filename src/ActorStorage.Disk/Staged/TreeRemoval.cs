// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// Removes what an engine that died may have left: a whole tree, with what is mounted in it detached first and with
/// files in it that were marked immutable or append-only.
/// </summary>
public static class TreeRemoval
{
    /// <summary>Nothing happens when there is no such name.</summary>
    /// <exception cref="StorageException">Something could not be removed; part of the tree may be gone.</exception>
    public static void Remove(IDisk disk, DirectoryHandle at, string name)
    {
        // Before anything is removed, not only when the kernel says busy: what is mounted there is somebody's data, and
        // a bind mount from the same file system cannot be told from a directory by walking into it.
        Detach(disk, at, name);
        TreeUnlink.Remove(disk, at, name, (where, what, errno) => NativeConvert.ToErrno(errno) switch
        {
            Errno.EBUSY => Detach(disk, where, what),
            Errno.EPERM => Unprotect(disk, where, what),
            _ => false,
        });
    }

    private static bool Detach(IDisk disk, DirectoryHandle at, string name)
    {
        var mounts = disk.MountsBelow(at, name);
        foreach (var mount in mounts) disk.Unmount(mount);
        return mounts.Count > 0;
    }

    private static bool Unprotect(IDisk disk, DirectoryHandle at, string name)
    {
        // A marked directory keeps its names, a marked file keeps itself.
        var isDirectoryFreed = disk.ClearProtection(at, ".");
        return disk.ClearProtection(at, name) || isDirectoryFreed;
    }
}
