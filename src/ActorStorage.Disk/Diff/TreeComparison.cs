// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>
/// Two trees, walked down together. Depth is limited by memory alone. Files that are one and the same in both trees are
/// not looked at.
/// </summary>
internal sealed class TreeComparison : IDisposable
{
    private readonly IDisk _disk;
    private readonly DirectoryTrail _now;
    private readonly DirectoryTrail? _old;
    private readonly IdMaps _nowMaps;
    private readonly IdMaps _oldMaps;
    private readonly List<LayerChange> _changes = [];
    private readonly Stack<Level> _levels = new();

    internal TreeComparison(IDisk disk, TreeSide? old, TreeSide now)
    {
        _disk = disk;
        _now = new DirectoryTrail(disk, now.Root);
        _nowMaps = now.Maps;
        _old = old is null ? null : new DirectoryTrail(disk, old.Root);
        _oldMaps = old?.Maps ?? IdMaps.None;
    }

    internal List<LayerChange> Run(CancellationToken cancellation)
    {
        // The root is never reported, so it counts as reported.
        _levels.Push(Listed("", isReported: true, hasOld: _old is not null));
        while (_levels.TryPeek(out var level))
        {
            cancellation.ThrowIfCancellationRequested();
            if (level.Next is { } name) Compare(level, name);
            else Leave();
        }
        return _changes;
    }

    public void Dispose()
    {
        _now.Dispose();
        _old?.Dispose();
    }

    private void Compare(Level level, string name)
    {
        var now = _disk.Status(_now.Current, name);
        var old = level.HasOld ? _disk.Status(_old!.Current, name) : null;
        if (now is null)
        {
            if (old is not null) Report(LayerChangeKind.Deleted, $"{level.Path}/{name}");
            return;
        }
        var isSameFile = old is not null && now.Device == old.Device && now.Inode == old.Inode;
        if (isSameFile) return;
        var isReported = old is null || IsChanged(name, old, now);
        if (isReported) Report(old is null ? LayerChangeKind.Added : LayerChangeKind.Modified, $"{level.Path}/{name}");
        if (now.IsDirectory) Enter($"{level.Path}/{name}", name, isReported, hasOld: old?.IsDirectory == true);
    }

    private void Enter(string path, string name, bool isReported, bool hasOld)
    {
        _now.Enter(name);
        if (hasOld) _old!.Enter(name);
        _levels.Push(Listed(path, isReported, hasOld));
    }

    private void Leave()
    {
        var level = _levels.Pop();
        if (_levels.Count == 0) return;
        _now.Leave();
        if (level.HasOld) _old!.Leave();
        var isChangedInside = _changes.Count > level.ChangesBefore;
        if (isChangedInside && !level.IsReported) Report(LayerChangeKind.Modified, level.Path);
    }

    private void Report(LayerChangeKind kind, string path) => _changes.Add(new LayerChange(kind, path));

    private Level Listed(string path, bool isReported, bool hasOld)
    {
        var names = new List<string>(_disk.List(_now.Current));
        if (hasOld) names = [.. names.Union(_disk.List(_old!.Current), StringComparer.Ordinal)];
        names.Sort(NameOrder.Instance);
        return new Level(path, names, isReported, hasOld, _changes.Count);
    }

    private bool IsChanged(string name, FileStatus old, FileStatus now) =>
        old.Kind != now.Kind
        || old.Mode != now.Mode
        || old.DeviceNumber != now.DeviceNumber
        || !FileTimes.AreSame(old.ModifiedAt, now.ModifiedAt)
        || !old.IsDirectory && old.SizeBytes != now.SizeBytes
        || Owner(_oldMaps, old) != Owner(_nowMaps, now)
        || old.Kind == FileKind.Symlink && _disk.ReadLink(_old!.Current, name) != _disk.ReadLink(_now.Current, name)
        || !FileXattrs.AreSame(_disk, _old!.Current, name, _now.Current, name);

    private static (uint UserId, uint GroupId) Owner(IdMaps maps, FileStatus status) =>
        maps.TryToContainer(status.UserId, status.GroupId) ?? (status.UserId, status.GroupId);

    /// <param name="IsReported">Whether the directory itself is among the changes.</param>
    /// <param name="HasOld">Whether the old tree has this directory too.</param>
    private sealed record Level(string Path, List<string> Names, bool IsReported, bool HasOld, int ChangesBefore)
    {
        private int _next;

        internal string? Next => _next < Names.Count ? Names[_next++] : null;
    }
}
