// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>The archive of what changed from one tree to another, or of a whole tree.</summary>
public static class TreeDiff
{
    /// <param name="old">Null for an empty tree: then everything is written as it is.</param>
    /// <param name="output">Stays open.</param>
    /// <param name="deletedAt">What the entries of deleted files have as their time; nobody knows the true one.</param>
    /// <exception cref="StorageException">Io: a file became shorter. What was written until then is no
    /// archive.</exception>
    public static TreeArchiveReport Run(
        IDisk disk, TreeSide? old, TreeSide now, Stream output, DateTimeOffset deletedAt,
        CancellationToken cancellation)
    {
        var archive = new TreeArchive(disk, output, now.Maps, cancellation);
        if (old is null) WriteAll(disk, now.Root, archive);
        else WriteChanges(disk, now.Root, TreeChanges.Find(disk, old, now, cancellation), archive, deletedAt);
        return archive.Finish();
    }

    private static void WriteAll(IDisk disk, DirectoryHandle root, TreeArchive archive)
    {
        using var walk = new TreeWalk(disk, root);
        while (walk.Next())
        {
            if (!walk.IsLeaving) archive.Add(walk.At, walk.Name, walk.Path, walk.Status);
        }
    }

    private static void WriteChanges(
        IDisk disk, DirectoryHandle root, IReadOnlyList<LayerChange> changes, TreeArchive archive,
        DateTimeOffset deletedAt)
    {
        using var trail = new DirectoryTrail(disk, root);
        foreach (var change in changes)
        {
            var path = change.Path[1..];
            var nameAt = path.LastIndexOf('/') + 1;
            if (change.Kind == LayerChangeKind.Deleted)
            {
                archive.AddWhiteout(Hidden(path, nameAt, deletedAt));
                continue;
            }
            trail.MoveTo(nameAt == 0 ? "" : path[..(nameAt - 1)]);
            if (disk.Status(trail.Current, path[nameAt..]) is { } status)
                archive.Add(trail.Current, path[nameAt..], path, status);
        }
    }

    private static TarEntry Hidden(string path, int nameAt, DateTimeOffset deletedAt) => new()
    {
        Name = $"{path[..nameAt]}{Whiteout.Prefix}{path[nameAt..]}",
        ModifiedAt = new FileTime(deletedAt.ToUnixTimeSeconds(), 0),
    };
}
