// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>
/// Copies a tree with everything that belongs to it: owners, modes, times, extended attributes, names of one file.
/// Blocks are shared where the file system can do that. Depth is limited by memory alone.
/// </summary>
public static class TreeCopy
{
    private const uint PrivateDirectory = 0x1c0;    // 0700
    private const uint PrivateFile = 0x180;         // 0600

    /// <param name="from">Nobody changes it meanwhile.</param>
    /// <param name="to">An empty directory; it becomes like the other one.</param>
    /// <param name="change">What the owners become.</param>
    /// <exception cref="StorageException">Part of the tree may be there.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static void Run(
        IDisk disk, DirectoryHandle from, DirectoryHandle to, OwnerChange change, CancellationToken cancellation)
    {
        var attributes = new CopiedAttributes(disk, change);
        var links = new LinkedFiles(disk, to);
        using var walk = new TreeWalk(disk, from);
        using var copies = new DirectoryTrail(disk, to);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (walk.IsLeaving)
            {
                // Last, because what is made inside changes the times.
                copies.Leave();
                attributes.Apply(walk.At, walk.Name, copies.Current, walk.Name, walk.Status);
            }
            else if (walk.Status.IsDirectory)
            {
                disk.MakeDirectory(copies.Current, walk.Name, PrivateDirectory);
                copies.Enter(walk.Name);
            }
            else if (links.IsKnown(walk))
            {
                links.Link(walk.Status, copies.Current, walk.Name);
            }
            else
            {
                Copy(disk, walk, copies.Current, cancellation);
                attributes.Apply(walk.At, walk.Name, copies.Current, walk.Name, walk.Status);
            }
        }
        attributes.Apply(from, ".", to, ".", disk.Status(from));
    }

    private static void Copy(IDisk disk, TreeWalk walk, DirectoryHandle to, CancellationToken cancellation)
    {
        var (name, file) = (walk.Name, walk.Status);
        switch (file.Kind)
        {
            case FileKind.Regular:
                using (var source = disk.OpenFile(walk.At, name))
                using (var target = disk.CreateFile(to, name, PrivateFile))
                    FileContent.Copy(disk, source, target, cancellation);
                break;
            case FileKind.Symlink:
                disk.MakeSymlink(disk.ReadLink(walk.At, name), to, name);
                break;
            default:
                var (major, minor) = (DeviceNumbers.Major(file.DeviceNumber), DeviceNumbers.Minor(file.DeviceNumber));
                disk.MakeNode(to, name, file.Kind, PrivateFile, major, minor);
                break;
        }
    }
}
