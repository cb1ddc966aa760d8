// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Deletes what an archive hides, in a directory that holds what is below too. The archive's own entries are spared by
/// the mark that hides everything, and the places where AUFS kept its own files are passed over.
/// </summary>
internal sealed class WhiteoutExecution(
    IDisk disk, DirectoryHandle root, ParentDirectories parents, ClearWay clearWay) : IDisposable
{
    private const string MetadataPrefix = ".wh..wh.";
    private readonly NameSet _unpacked = new();
    private readonly HiddenFiles _hiddenFiles = new(disk, root);

    /// <summary>The entry is there; a mark that hides everything beside it does not mean it.</summary>
    internal void Remember(EntryPath path) => _unpacked.Add(path.Text);

    /// <summary>What a hard link stands for when its target was put aside; null for any other link.</summary>
    /// <exception cref="StorageException">There is no such target.</exception>
    internal TarEntry? Replaced(TarEntry link) => link.Kind == TarEntryKind.HardLink
            && HiddenFiles.Holds(EntryText.Clean(link.LinkName))
        ? _hiddenFiles.Find(link)
        : null;

    internal void CopyContent(TarEntry hidden, FileHandle target) => _hiddenFiles.Copy(hidden, target);

    /// <summary>Whether that was all there is to do for the entry.</summary>
    internal bool TryApply(EntryPath path, TarEntry entry, TarReader payload)
    {
        var name = EntryText.Clean(entry.Name);
        var isMetadata = name.StartsWith(MetadataPrefix, StringComparison.Ordinal) && name != Whiteout.Opaque;
        var isWhiteout = isMetadata || Whiteout.IsNamed(path.Name);
        if (!isWhiteout) return false;
        if (!MakeParent(path))
        {
            // Nothing is there that could be hidden.
        }
        else if (isMetadata)
        {
            if (HiddenFiles.Holds(name) && entry.Kind == TarEntryKind.Regular) _hiddenFiles.Add(path, entry, payload);
        }
        else if (path.Name == Whiteout.Opaque)
        {
            RemoveOthers(path.Parent);
        }
        else
        {
            clearWay(parents.Open(path.Parent), Whiteout.HiddenName(path, entry), isDirectory: false);
        }
        return true;
    }

    public void Dispose() => _hiddenFiles.Dispose();

    /// <summary>Whether there is a parent now; not where a link leads nowhere.</summary>
    private bool MakeParent(EntryPath path)
    {
        try
        {
            parents.OpenOrMake(path.Parent);
            return true;
        }
        catch (StorageException e) when (e.GetErrno() is Errno.ENOTDIR && path.Name == Whiteout.Opaque)
        {
            return true;        // What is no directory has nothing in it that could be hidden.
        }
        catch (StorageException e) when (e.GetErrno() is Errno.EEXIST && IsLink(EntryPath.Clean(path.Parent)))
        {
            return false;
        }
    }

    /// <summary>Everything in the directory, and in those below it, that this archive did not bring.</summary>
    private void RemoveOthers(string directory)
    {
        var pending = new Stack<string>([directory]);
        while (pending.TryPop(out var path))
        {
            if (path.Length > 0 && !IsDirectory(EntryPath.Clean(path))) continue;
            foreach (var name in disk.List(parents.Open(path)))
            {
                var below = path.Length == 0 ? name : $"{path}/{name}";
                if (_unpacked.Contains(below)) pending.Push(below);
                else clearWay(parents.Open(path), name, isDirectory: false);
            }
        }
    }

    private bool IsLink(EntryPath path)
    {
        try
        {
            return disk.Status(parents.Open(path.Parent), path.Name)?.Kind == FileKind.Symlink;
        }
        catch (StorageException absent) when (absent.GetErrno() is Errno.ENOENT)
        {
            return false;       // A link further up leads nowhere, which is a failure.
        }
    }

    /// <summary>A symbolic link that leads to a directory is none.</summary>
    private bool IsDirectory(EntryPath path) =>
        disk.Status(parents.Open(path.Parent), path.Name)?.IsDirectory == true;
}
