// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Opens the directories that entries lie in, makes those that no entry described, and keeps the handles used last:
/// neighbours in an archive mostly share their parent.
/// </summary>
/// <remarks>
/// A kept handle is right as long as its path leads to the same directory. New names cannot change that, as every
/// component existed when the path was resolved; only removing a directory or a symbolic link can, and then
/// <see cref="Forget"/> must be called.
/// </remarks>
/// <param name="owner">Of directories that no entry described, whose access list their parent's default one makes as
/// wide as it says. Null where the directory holds what is below too: there they are made as anybody makes one, with
/// the group of a parent that hands it down, and closed to writing by others from the start.</param>
internal sealed class ParentDirectories(IDisk disk, DirectoryHandle root, EntryOwner? owner) : IDisposable
{
    private const int Kept = 32;
    private const uint ImplicitMode = 0x1ed;        // 0755
    private const string DefaultAccessList = "system.posix_acl_default";
    private readonly List<(string Path, DirectoryHandle Handle)> _recent = new(Kept + 1);

    /// <summary>Stays open until some thirty others were asked for, or until <see cref="Forget"/>.</summary>
    internal DirectoryHandle Open(string path)
    {
        if (path.Length == 0) return root;
        return Recent(path) ?? Keep(path, disk.OpenBelow(root, path));
    }

    /// <summary>As <see cref="Open"/>; missing directories are made.</summary>
    internal DirectoryHandle OpenOrMake(string path)
    {
        var missing = new Stack<EntryPath>();
        var directory = OpenDeepest(path, missing);
        while (missing.TryPop(out var next))
        {
            Make(directory, next.Name);
            directory = Open(next.Text);
        }
        return directory;
    }

    internal void Forget()
    {
        foreach (var (_, handle) in _recent) handle.Dispose();
        _recent.Clear();
    }

    public void Dispose() => Forget();

    private DirectoryHandle OpenDeepest(string path, Stack<EntryPath> missing)
    {
        while (true)
        {
            try
            {
                return Open(path);
            }
            catch (StorageException absent) when (absent.GetErrno() is Errno.ENOENT)
            {
                var here = EntryPath.Clean(path);
                missing.Push(here);
                path = here.Parent;
            }
        }
    }

    private void Make(DirectoryHandle at, string name)
    {
        // A symbolic link that leads nowhere is in the way of this, and so it is for the other engines.
        disk.MakeDirectory(at, name, owner is null ? ImplicitMode : ModeBits.Permissions);
        var made = disk.Status(at, name)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"{at.Path}/{name} vanished", $"{at.Path}/{name}");
        if (owner is { } whose && (made.UserId != whose.UserId || made.GroupId != whose.GroupId))
            disk.SetOwner(at, name, whose.UserId, whose.GroupId);
        // The set-group-id bit that the parent handed down stays, and so does what its default access list made.
        var mode = ImplicitMode | (made.Mode & ModeBits.SetGroupId);
        if (made.Mode != mode && disk.Xattr(at, DefaultAccessList) is null) disk.SetMode(at, name, mode);
    }

    private DirectoryHandle? Recent(string path)
    {
        for (var i = _recent.Count - 1; i >= 0; i--)
        {
            var found = _recent[i];
            if (found.Path != path) continue;
            if (i != _recent.Count - 1)
            {
                _recent.RemoveAt(i);
                _recent.Add(found);
            }
            return found.Handle;
        }
        return null;
    }

    private DirectoryHandle Keep(string path, DirectoryHandle handle)
    {
        if (_recent.Count == Kept)
        {
            _recent[0].Handle.Dispose();
            _recent.RemoveAt(0);
        }
        _recent.Add((path, handle));
        return handle;
    }
}
