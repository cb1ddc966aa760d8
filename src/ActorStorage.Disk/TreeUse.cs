// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>How much of the disk a tree takes up.</summary>
public static class TreeUse
{
    /// <summary>The blocks allocated for the directory and everything below it, on its own file system; a file with
    /// several names counts once.</summary>
    public static long AllocatedBytes(IDisk disk, DirectoryHandle top)
    {
        var own = disk.Status(top);
        var sum = own.AllocatedBytes;
        var seen = new HashSet<ulong>();
        using var walk = new TreeWalk(disk, top);
        while (walk.Next())
        {
            if (walk.IsLeaving) continue;
            var status = walk.Status;
            // What is mounted in a layer is not the layer.
            if (status.Device != own.Device)
            {
                if (status.IsDirectory) walk.Skip();
                continue;
            }
            if (status.IsDirectory || status.LinkCount < 2 || seen.Add(status.Inode)) sum += status.AllocatedBytes;
        }
        return sum;
    }
}
