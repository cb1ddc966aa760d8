// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// Everything below a directory, a directory before what is in it, names in the order of their bytes. Symbolic links
/// are found, never followed. Depth is limited by memory alone. What vanishes meanwhile is passed over.
/// </summary>
internal sealed class TreeWalk : IDisposable
{
    private readonly IDisk _disk;
    private readonly DirectoryTrail _trail;
    private readonly List<Level> _levels = [];
    private bool _isEntering;

    /// <param name="top">Not found itself; it stays the caller's.</param>
    internal TreeWalk(IDisk disk, DirectoryHandle top)
    {
        _disk = disk;
        _trail = new DirectoryTrail(disk, top);
        _levels.Add(new Level("", Names(top), Status: null));
    }

    /// <summary>Whether the walk is back from the directory, having found all below it, and not new to it.</summary>
    internal bool IsLeaving { get; private set; }

    internal string Name { get; private set; } = "";

    /// <summary>As it was when it was found.</summary>
    internal FileStatus Status { get; private set; } = null!;

    /// <summary>The directory in which the name is. Open until the next step.</summary>
    internal DirectoryHandle At => _trail.Current;

    /// <summary>From the top to the directory in which the name is; empty for the top itself.</summary>
    internal string Directory => string.Join('/', _levels.Skip(1).Select(level => level.Name));

    /// <summary>From the top to the name, without a leading separator.</summary>
    internal string Path => _levels.Count == 1 ? Name : $"{Directory}/{Name}";

    /// <summary>
    /// Goes on to the next name, into the directory just found, or back out of one. False at the end.
    /// </summary>
    internal bool Next()
    {
        IsLeaving = false;
        if (_isEntering && !TryEnter()) return IsLeaving = true;
        var level = _levels[^1];
        while (level.Next < level.Names.Count)
        {
            var name = level.Names[level.Next++];
            if (_disk.Status(At, name) is not { } status) continue;
            (Name, Status, _isEntering) = (name, status, status.IsDirectory);
            return true;
        }
        if (_levels.Count == 1) return false;
        _trail.Leave();
        _levels.RemoveAt(_levels.Count - 1);
        (Name, Status) = (level.Name, level.Status!);
        return IsLeaving = true;
    }

    /// <summary>Leaves the directory that was just found alone.</summary>
    internal void Skip() => _isEntering = false;

    public void Dispose() => _trail.Dispose();

    private bool TryEnter()
    {
        _isEntering = false;
        try
        {
            _trail.Enter(Name);
        }
        catch (StorageException gone) when (gone.GetErrno() is Errno.ENOENT or Errno.ENOTDIR)
        {
            return false;
        }
        _levels.Add(new Level(Name, Names(At), Status));
        return true;
    }

    private List<string> Names(DirectoryHandle directory)
    {
        var names = new List<string>(_disk.List(directory));
        names.Sort(NameOrder.Instance);
        return names;
    }

    private sealed record Level(string Name, List<string> Names, FileStatus? Status)
    {
        internal int Next { get; set; }
    }
}
