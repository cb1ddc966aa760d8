// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// Removes a directory and all below it, whatever is being renamed meanwhile: names are only ever looked at in the
/// directory whose handle is open, and symbolic links are removed, never followed.
/// </summary>
/// <remarks>
/// Depth is limited by memory alone: no recursion, and only the deepest <see cref="OpenMax"/> directories are open. A
/// directory further up is opened again from below and must then be the one it was.
/// </remarks>
internal sealed class TreeUnlink
{
    private const int OpenMax = 32;
    private const int AttemptsMax = 10;
    private readonly IDisk _disk;
    private readonly Func<DirectoryHandle, string, int, bool>? _helped;
    private readonly List<Level> _levels = [];

    private TreeUnlink(IDisk disk, Func<DirectoryHandle, string, int, bool>? helped) =>
        (_disk, _helped) = (disk, helped);

    /// <param name="helped">
    /// Called with the errno when the kernel refuses to remove a name; true when it is worth another try.
    /// </param>
    internal static void Remove(
        IDisk disk, DirectoryHandle at, string name, Func<DirectoryHandle, string, int, bool>? helped = null)
    {
        if (disk.Status(at, name) is not { } found) return;
        var tree = new TreeUnlink(disk, helped);
        if (!found.IsDirectory) tree.Insist(at, name, () => disk.RemoveFile(at, name));
        else tree.RemoveDirectory(at, name);
    }

    private void RemoveDirectory(DirectoryHandle at, string name)
    {
        try
        {
            Enter(at, name);
            while (_levels.Count > 0)
            {
                var level = _levels[^1];
                if (level.Next < level.Names.Count) RemoveNext(level);
                else Leave(at, level);
            }
        }
        finally
        {
            foreach (var level in _levels) level.Handle?.Dispose();
        }
    }

    private void RemoveNext(Level level)
    {
        var name = level.Names[level.Next++];
        var handle = level.Handle!;
        if (_disk.Status(handle, name) is not { } found) return;
        if (found.IsDirectory) Enter(handle, name);
        else Insist(handle, name, () => _disk.RemoveFile(handle, name));
    }

    private void Enter(DirectoryHandle at, string name)
    {
        var handle = _disk.OpenDirectory(at, name);
        var level = new Level(name, handle, _disk.Status(handle));
        _levels.Add(level);
        level.Names = _disk.List(handle);
        if (_levels.Count > OpenMax) _levels[^(OpenMax + 1)].Close();
    }

    private void Leave(DirectoryHandle top, Level level)
    {
        var above = _levels.Count == 1 ? top : Reopened(_levels[^2], level.Handle!);
        var isGone = false;
        Insist(above, level.Name, () => isGone = IsEmptyAndRemoved(above, level));
        if (!isGone) return;
        level.Close();
        _levels.RemoveAt(_levels.Count - 1);
    }

    /// <summary>False when somebody filled the directory behind us: then its new names are next.</summary>
    private bool IsEmptyAndRemoved(DirectoryHandle above, Level level)
    {
        try
        {
            _disk.RemoveDirectory(above, level.Name);
            return true;
        }
        catch (StorageException filled) when (filled.GetErrno() is Errno.ENOTEMPTY
            && level.Listed < AttemptsMax)
        {
            level.Listed++;
            level.Names = _disk.List(level.Handle!);
            level.Next = 0;
            return false;
        }
    }

    private DirectoryHandle Reopened(Level above, DirectoryHandle below)
    {
        if (above.Handle is { } open) return open;
        var handle = _disk.OpenDirectory(below, "..");
        var status = _disk.Status(handle);
        if (status.Inode != above.Inode || status.Device != above.Device)
        {
            handle.Dispose();
            throw new StorageException(
                StorageErrorKind.UnsafePath,
                $"the directory {Quoted.Text(above.Name)} was moved while it was being removed");
        }
        return above.Handle = handle;
    }

    private void Insist(DirectoryHandle at, string name, Action remove)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                remove();
                return;
            }
            catch (StorageException refused)
            {
                if (attempt == AttemptsMax || _helped is null || !_helped(at, name, refused.Error.Errno)) throw;
            }
        }
    }

    private sealed class Level(string name, DirectoryHandle handle, FileStatus status)
    {
        internal string Name => name;
        internal ulong Device => status.Device;
        internal ulong Inode => status.Inode;
        internal DirectoryHandle? Handle { get; set; } = handle;
        internal IReadOnlyList<string> Names { get; set; } = [];
        internal int Next { get; set; }
        internal int Listed { get; set; } = 1;

        internal void Close()
        {
            Handle?.Dispose();
            Handle = null;
        }
    }
}
