// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>How many bytes a tree holds.</summary>
public static class TreeSize
{
    /// <summary>The lengths of everything below the directory that is no directory itself; a file with several names
    /// counts once.</summary>
    public static long Bytes(IDisk disk, DirectoryHandle directory) =>
        Bytes(disk, directory, []);

    private static long Bytes(IDisk disk, DirectoryHandle directory, HashSet<(ulong Device, ulong Inode)> counted)
    {
        var bytes = 0L;
        foreach (var name in disk.List(directory))
        {
            // What others remove meanwhile holds nothing.
            if (disk.Status(directory, name) is not { } status) continue;
            if (status.Kind == FileKind.Directory)
            {
                using var below = disk.OpenDirectory(directory, name);
                bytes += Bytes(disk, below, counted);
            }
            else if (status.LinkCount <= 1 || counted.Add((status.Device, status.Inode)))
            {
                bytes += status.SizeBytes;
            }
        }
        return bytes;
    }
}
