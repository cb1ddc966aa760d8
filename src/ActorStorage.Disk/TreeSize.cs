// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>How many bytes a tree holds.</summary>
public static class TreeSize
{
    /// <summary>The lengths of everything below the directory that is no directory itself; a file with several names
    /// counts once.</summary>
    public static long Bytes(IDisk disk, DirectoryHandle directory) =>
        DiffSize.OfTree(disk, directory, CancellationToken.None);
}
