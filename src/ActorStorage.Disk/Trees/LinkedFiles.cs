// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>Files with several names that were met in a walk, and the first name of each.</summary>
/// <param name="root">What the names are below.</param>
internal sealed class LinkedFiles(IDisk disk, DirectoryHandle root)
{
    private readonly Dictionary<(ulong Device, ulong Inode), (string Directory, string Name)> _first = [];

    /// <summary>Whether the file that the walk has found was met under another name; remembers this one when it was
    /// not.</summary>
    internal bool IsKnown(TreeWalk walk)
    {
        var file = walk.Status;
        if (file.LinkCount < 2 || file.IsDirectory) return false;
        return !_first.TryAdd((file.Device, file.Inode), (walk.Directory, walk.Name));
    }

    /// <summary>Whether a file that is known still is one file with the first name: an overlay parts the names when the
    /// file is changed.</summary>
    internal bool IsOne(FileStatus file)
    {
        var first = _first[(file.Device, file.Inode)];
        using var where = Open(first.Directory);
        var now = disk.Status(where, first.Name);
        return now is not null && (now.Device, now.Inode) == (file.Device, file.Inode);
    }

    /// <summary>Gives a file that is known one name more, which must be free.</summary>
    internal void Link(FileStatus file, DirectoryHandle at, string name)
    {
        var first = _first[(file.Device, file.Inode)];
        using var where = Open(first.Directory);
        disk.MakeLink(where, first.Name, at, name);
    }

    private DirectoryHandle Open(string path)
    {
        // Step by step: there is no limit to the length of the path then.
        using var trail = new DirectoryTrail(disk, root);
        trail.MoveTo(path);
        return disk.OpenDirectory(trail.Current, ".");
    }
}
