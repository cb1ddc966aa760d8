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

    /// <summary>What somebody removes meanwhile is not there to be copied.</summary>
    private void Contents(DirectoryHandle from, DirectoryHandle to, string path)
    {
        using var walk = new TreeWalk(_disk, from);
        using var copies = new DirectoryTrail(_disk, to);
        while (walk.Next())
        {
            _cancellation.ThrowIfCancellationRequested();
            var (name, status) = (walk.Name, walk.Status);
            if (walk.IsLeaving)
            {
                // Last, because what is made inside changes the times.
                _files.SetAttributes(walk.At, name, status, copies.Current);
                copies.Leave();
            }
            else if ((status.Device, status.Inode) == _top)
            {
                // A copy into a part of itself would never end.
                walk.Skip();
            }
            else if (status.IsDirectory)
            {
                EnterOrMake(copies, name);
            }
            else
            {
                // Only files with several names are found again by their paths.
                var copied = status.LinkCount > 1 ? $"{path}/{walk.Path}" : name;
                _files.Copy(walk.At, name, status, copies.Current, name, copied);
            }
        }
    }

    private void EnterOrMake(DirectoryTrail copies, string name)
    {
        var at = copies.Current;
        var existing = _disk.Status(at, name);
        if (existing is { IsDirectory: false }) _disk.RemoveFile(at, name);
        if (existing?.IsDirectory != true) _disk.MakeDirectory(at, name, ParentMode);
        copies.Enter(name);
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
                next = _disk.OpenDirectory(at, name);
                if (owner is var (user, group)) _disk.SetOwner(next, user, group);
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
