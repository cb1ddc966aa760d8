// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>What an overlay layer changes, from its upper directory and those below.</summary>
public static class UpperChanges
{
    /// <param name="lowers">What is below, the nearest first.</param>
    /// <returns>A directory before what is in it, names in the order of their bytes.</returns>
    public static IReadOnlyList<LayerChange> Run(
        IDisk disk, DirectoryHandle upper, IReadOnlyList<DirectoryHandle> lowers, CancellationToken cancellation)
    {
        var changes = new List<LayerChange>();
        var above = new List<(string Path, bool IsReported)>();
        using var walk = new TreeWalk(disk, upper);
        using var below = new LowerTrails(disk, lowers);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (walk.IsLeaving)
            {
                below.Leave();
                above.RemoveAt(above.Count - 1);
                continue;
            }
            var path = $"/{walk.Path}";
            var kind = KindOf(disk, walk, below.Find(walk.Name));
            if (kind is LayerChangeKind.Added or LayerChangeKind.Deleted) ReportAbove(above, changes);
            if (kind is { } known) changes.Add(new LayerChange(known, path));
            if (!walk.Status.IsDirectory) continue;
            above.Add((path, IsReported: kind is not null));
            below.Enter(walk.Name);
        }
        return changes;
    }

    /// <summary>Null for a directory that is only there because of what is in it.</summary>
    private static LayerChangeKind? KindOf(IDisk disk, TreeWalk walk, FileStatus? before)
    {
        var now = walk.Status;
        if (now.IsWhiteout) return LayerChangeKind.Deleted;
        if (before is null) return LayerChangeKind.Added;
        if (!now.IsDirectory) return LayerChangeKind.Modified;
        // A directory that was removed and made again: what is in it now is reported by itself.
        if (UpperDiff.IsOpaque(disk, walk.At, walk.Name)) return LayerChangeKind.Deleted;
        var isSame = before.IsDirectory && now.SizeBytes == before.SizeBytes && now.Mode == before.Mode
            && FileTimes.AreSame(now.ModifiedAt, before.ModifiedAt);
        return isSame ? null : LayerChangeKind.Modified;
    }

    /// <summary>A directory in which something appears or disappears is changed, even if nothing shows it.</summary>
    private static void ReportAbove(List<(string Path, bool IsReported)> above, List<LayerChange> changes)
    {
        for (var i = 0; i < above.Count; i++)
        {
            if (above[i].IsReported) continue;
            changes.Add(new LayerChange(LayerChangeKind.Modified, above[i].Path));
            above[i] = above[i] with { IsReported = true };
        }
    }
}
