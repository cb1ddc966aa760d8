// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>How much a layer adds: the lengths of everything but directories, a file with several names once.</summary>
public static class DiffSize
{
    /// <summary>Of an overlay layer, whose upper directory holds nothing else.</summary>
    public static long OfTree(IDisk disk, DirectoryHandle upper, CancellationToken cancellation)
    {
        var sum = new Sum();
        using var walk = new TreeWalk(disk, upper);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!walk.IsLeaving) sum.Add(walk.Status);
        }
        return sum.SizeBytes;
    }

    /// <summary>Of what was added or modified.</summary>
    /// <param name="root">The tree in which the changes are.</param>
    public static long OfChanges(
        IDisk disk, DirectoryHandle root, IReadOnlyList<LayerChange> changes, CancellationToken cancellation)
    {
        var sum = new Sum();
        using var trail = new DirectoryTrail(disk, root);
        foreach (var change in changes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (change.Kind == LayerChangeKind.Deleted) continue;
            var separator = change.Path.LastIndexOf('/');
            trail.MoveTo(separator == 0 ? "" : change.Path[1..separator]);
            if (disk.Status(trail.Current, change.Path[(separator + 1)..]) is { } status) sum.Add(status);
        }
        return sum.SizeBytes;
    }

    private sealed class Sum
    {
        private readonly HashSet<(ulong Device, ulong Inode)> _seen = [];

        internal long SizeBytes { get; private set; }

        internal void Add(FileStatus status)
        {
            if (status.IsDirectory) return;
            if (status.LinkCount < 2 || _seen.Add((status.Device, status.Inode))) SizeBytes += status.SizeBytes;
        }
    }
}
