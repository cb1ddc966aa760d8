// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>
/// Gives everything in a tree other owners, and changes nothing else. A change of owner takes setuid bits and
/// capabilities away: they are put back. On an overlay it parts the names of a file: they are joined again. Depth is
/// limited by memory alone.
/// </summary>
public static class TreeOwners
{
    private const uint SetId = 0xc00;       // setuid and setgid
    private const string Capability = "security.capability";

    /// <param name="root">It changes its owner as well.</param>
    /// <exception cref="StorageException">Part of the tree may have changed.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static void Run(IDisk disk, DirectoryHandle root, OwnerChange change, CancellationToken cancellation)
    {
        if (change.IsNone) return;
        var links = new LinkedFiles(disk, root);
        var relinked = new HashSet<string>(StringComparer.Ordinal);
        var rootTime = disk.Status(root).ModifiedAt;
        using var walk = new TreeWalk(disk, root);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (walk.Status.IsDirectory && !walk.IsLeaving) continue;
            if (walk.IsLeaving)
            {
                // Joining names in the directory has changed its time.
                var time = walk.Status.ModifiedAt;
                if (relinked.Remove(walk.Path)) disk.SetTimes(walk.At, walk.Name, time, time);
            }
            else if (links.IsKnown(walk))
            {
                if (Join(disk, links, walk)) relinked.Add(walk.Directory);
                continue;
            }
            Change(disk, walk.At, walk.Name, walk.Status, change);
        }
        if (relinked.Count > 0) disk.SetTimes(root, rootTime, rootTime);
        Change(disk, root, ".", disk.Status(root), change);
    }

    /// <summary>
    /// Whether the name had to be made anew. Where names of one file cannot part, it has the new owner already.
    /// </summary>
    private static bool Join(IDisk disk, LinkedFiles links, TreeWalk walk)
    {
        if (links.IsOne(walk.Status)) return false;
        disk.RemoveFile(walk.At, walk.Name);
        links.Link(walk.Status, walk.At, walk.Name);
        return true;
    }

    private static void Change(
        IDisk disk, DirectoryHandle at, string name, FileStatus file, OwnerChange change)
    {
        var (userId, groupId) = change.Of(file.UserId, file.GroupId);
        if ((userId, groupId) == (file.UserId, file.GroupId)) return;
        var capability = file.Kind == FileKind.Regular ? disk.Xattr(at, name, Capability) : null;
        disk.SetOwner(at, name, userId, groupId);
        if (file.Kind != FileKind.Symlink && (file.Mode & SetId) != 0) disk.SetMode(at, name, file.Mode);
        if (capability is not null) disk.SetXattr(at, name, Capability, capability);
    }
}
