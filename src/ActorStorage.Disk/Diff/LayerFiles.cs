// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Diff;

/// <summary>
/// Finds the files of a layer by the names that its archive gave them: in the layer's own directories and, when its
/// files changed owners and are copies of another layer's, in those below. Directories are opened when they are needed.
/// </summary>
public sealed class LayerFiles(IDisk disk, LayerContent content) : IDisposable
{
    private readonly string[] _paths = [.. content.Own, .. content.Below];
    private readonly List<DirectoryHandle?> _opened = [];

    /// <summary>The first regular file of that name, or null when there is none.</summary>
    internal FileHandle? Open(string name)
    {
        // The extractor stops at the root when a name leads above it, so the same is done here.
        var path = EntryText.Clean("/" + name)[1..];
        for (var i = 0; i < _paths.Length; i++)
        {
            if (Directory(i) is { } directory && Open(directory, path) is { } file) return file;
        }
        return null;
    }

    public void Dispose()
    {
        foreach (var directory in _opened) directory?.Dispose();
        _opened.Clear();
    }

    /// <summary>Null when it is gone, which only matters to those who look for a file that should be in it.</summary>
    private DirectoryHandle? Directory(int index)
    {
        while (_opened.Count <= index) _opened.Add(Opened(() => disk.OpenDirectory(_paths[_opened.Count])));
        return _opened[index];
    }

    private FileHandle? Open(DirectoryHandle directory, string path)
    {
        if (Opened(() => disk.OpenFileBelow(directory, path)) is not { } file) return null;
        if (disk.Status(file).Kind == FileKind.Regular) return file;
        file.Dispose();
        return null;
    }

    private static T? Opened<T>(Func<T> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (StorageException e) when (e.GetErrno() is Errno.ENOENT or Errno.ENXIO or Errno.ENOTDIR or Errno.ELOOP)
        {
            // No file is there (any more), a device or socket stands there, or links go round.
            return null;
        }
    }
}
