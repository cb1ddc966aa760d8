// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>Files with several names that were met in a walk, and the first name of each.</summary>
/// <param name="root">What the names are below.</param>
internal sealed class LinkedFiles(IDisk disk, DirectoryHandle root)
{
    private readonly Dictionary<(ulong Device, ulong Inode), (string Directory, string Name)> _first = [];

    /// <summary>Whether the file was met under another name; remembers this one when it was not.</summary>
    /// <param name="file">What it was before the walk changed anything.</param>
    /// <param name="directory">Where the name is below the root; empty for the root itself.</param>
    internal bool IsKnown(FileStatus file, string directory, string name) =>
        file.LinkCount > 1 && !file.IsDirectory
        && !_first.TryAdd((file.Device, file.Inode), (directory, name));

    /// <summary>Gives a file that is known one name more, which must be free.</summary>
    internal void Link(FileStatus file, DirectoryHandle at, string name)
    {
        var first = _first[(file.Device, file.Inode)];
        using var where = disk.OpenBelow(root, first.Directory.Length == 0 ? "." : first.Directory);
        disk.MakeLink(where, first.Name, at, name);
    }
}
