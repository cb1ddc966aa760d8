// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>
/// Gives everything in a tree other owners, and changes nothing else. A change of owner takes setuid bits and
/// capabilities away: they are put back. On an overlay it parts the names of a file: they are joined again.
/// </summary>
public sealed class TreeOwners
{
    private const uint SetId = 0xc00;       // setuid and setgid
    private const string Capability = "security.capability";
    private readonly IDisk _disk;
    private readonly OwnerChange _change;
    private readonly CancellationToken _cancellation;
    private readonly LinkedFiles _links;

    private TreeOwners(IDisk disk, DirectoryHandle root, OwnerChange change, CancellationToken cancellation)
    {
        (_disk, _change, _cancellation) = (disk, change, cancellation);
        _links = new LinkedFiles(disk, root);
    }

    /// <param name="root">It changes its owner as well.</param>
    /// <exception cref="StorageException">Part of the tree may have changed.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static void Run(IDisk disk, DirectoryHandle root, OwnerChange change, CancellationToken cancellation)
    {
        if (change.IsNone) return;
        var owners = new TreeOwners(disk, root, change, cancellation);
        owners.Below(root, "");
        owners.Change(root, ".", disk.Status(root));
    }

    private void Below(DirectoryHandle at, string path)
    {
        var modifiedAt = _disk.Status(at).ModifiedAt;
        var isRelinked = false;
        foreach (var name in _disk.List(at))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (_disk.Status(at, name) is not { } file) continue;
            if (file.IsDirectory)
            {
                using var directory = _disk.OpenDirectory(at, name);
                Below(directory, path.Length == 0 ? name : $"{path}/{name}");
            }
            if (_links.IsKnown(file, path, name))
            {
                _disk.RemoveFile(at, name);
                _links.Link(file, at, name);
                isRelinked = true;
                continue;
            }
            Change(at, name, file);
        }
        if (isRelinked) _disk.SetTimes(at, modifiedAt, modifiedAt);
    }

    private void Change(DirectoryHandle at, string name, FileStatus file)
    {
        var (userId, groupId) = _change.Of(file.UserId, file.GroupId);
        if ((userId, groupId) == (file.UserId, file.GroupId)) return;
        var capability = file.Kind == FileKind.Regular ? _disk.Xattr(at, name, Capability) : null;
        _disk.SetOwner(at, name, userId, groupId);
        if (file.Kind != FileKind.Symlink && (file.Mode & SetId) != 0) _disk.SetMode(at, name, file.Mode);
        if (capability is not null) _disk.SetXattr(at, name, Capability, capability);
    }
}
