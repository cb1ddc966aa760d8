// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Copying;

/// <summary>
/// Copies a file, or what is in a directory, from one tree into another, with modes, times, attributes, hard links
/// among what is copied, and owners as the id maps of the two trees see them.
/// </summary>
public sealed class ContentCopy
{
    private const uint TopMode = 0x1ed;             // 0755
    private const uint ParentMode = 0x1c0;          // 0700
    private readonly IDisk _disk;
    private readonly CopyPlace _target;
    private readonly CopyOwners _owners;
    private readonly FileCopy _files;
    private readonly CancellationToken _cancellation;
    private (ulong Device, ulong Inode) _top;

    private ContentCopy(
        IDisk disk, CopyPlace target, CopyOwners owners, CancellationToken cancellation)
    {
        (_disk, _target, _owners, _cancellation) = (disk, target, owners, cancellation);
        _files = new FileCopy(disk, target.Root, owners, cancellation);
    }

    /// <summary>
    /// The contents of a directory are merged into the directory at the target, which is made if it is missing; any
    /// other file replaces what is at exactly that path, unless that is a directory.
    /// </summary>
    /// <param name="owner">Ids inside the target for everything that is copied; null for those of the source.</param>
    /// <exception cref="StorageException">NotFound: there is no such source. Invalid: a directory is in the place of a
    /// file, or an owner has no place in a map. What is copied until then stays.</exception>
    public static void Run(
        IDisk disk, CopyPlace source, CopyPlace target, (uint UserId, uint GroupId)? owner,
        CancellationToken cancellation)
    {
        var copy = new ContentCopy(
            disk, target, new CopyOwners(source.Maps, target.Maps, owner), cancellation);
        var (parent, name, status) = source.OpenFollowed(disk);
        using (parent)
        {
            if (status.IsDirectory) copy.Directory(parent, name);
            else copy.File(parent, name, status);
        }
    }

    private void Directory(DirectoryHandle parent, string name)
    {
        using var from = _disk.OpenDirectory(parent, name);
        using var to = OpenOrMake(_target.Path, TopMode, _owners.OfTop);
        var status = _disk.Status(to);
        _top = (status.Device, status.Inode);
        Contents(from, to, _target.Path.TrimEnd('/'));
    }

    private void File(DirectoryHandle parent, string name, FileStatus status)
    {
        // A slash at the end means the directory, and the file in it has the name it had.
        var path = _target.Path.EndsWith('/') ? _target.Path + name : _target.Path;
        var slash = path.LastIndexOf('/');
        using var to = OpenOrMake(path[..(slash + 1)], ParentMode, owner: null);
        _files.Copy(parent, name, status, to, path[(slash + 1)..], path);
    }

    private void Contents(DirectoryHandle from, DirectoryHandle to, string path)
    {
        foreach (var name in _disk.List(from))
        {
            _cancellation.ThrowIfCancellationRequested();
            // What somebody removes meanwhile is not there to be copied.
            if (_disk.Status(from, name) is not { } status) continue;
            // A copy into a part of itself would never end.
            if ((status.Device, status.Inode) == _top) continue;
            if (status.IsDirectory) Subdirectory(from, name, status, to, $"{path}/{name}");
            else _files.Copy(from, name, status, to, name, $"{path}/{name}");
        }
    }

    private void Subdirectory(DirectoryHandle from, string name, FileStatus status, DirectoryHandle to, string path)
    {
        if (_disk.Status(to, name) is { IsDirectory: false }) _disk.RemoveFile(to, name);
        if (_disk.Status(to, name) is null) _disk.MakeDirectory(to, name, ParentMode);
        using (var below = _disk.OpenDirectory(from, name))
        using (var made = _disk.OpenDirectory(to, name))
        {
            Contents(below, made, path);
        }
        // Last, because what is made inside changes the times.
        _files.SetAttributes(from, name, status, to, name);
    }

    /// <param name="owner">For directories that have to be made, or null for the process's.</param>
    private DirectoryHandle OpenOrMake(string path, uint mode, (uint UserId, uint GroupId)? owner)
    {
        var at = _disk.OpenBelow(_target.Root, "/");
        foreach (var (name, soFar) in Steps(path))
        {
            DirectoryHandle next;
            try
            {
                next = _disk.OpenBelow(_target.Root, soFar);
            }
            catch (StorageException failure) when (failure.Kind == StorageErrorKind.NotFound)
            {
                _disk.MakeDirectory(at, name, mode);
                if (owner is var (user, group)) _disk.SetOwner(at, name, user, group);
                next = _disk.OpenDirectory(at, name);
            }
            at.Dispose();
            at = next;
        }
        return at;
    }

    private static IEnumerable<(string Name, string SoFar)> Steps(string path)
    {
        var soFar = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            soFar += "/" + name;
            yield return (name, soFar);
        }
    }
}
