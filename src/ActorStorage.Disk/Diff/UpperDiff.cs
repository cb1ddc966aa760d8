// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>
/// The archive of an overlay layer, from its upper directory alone: that holds what the layer changed, in the form the
/// kernel gave it.
/// </summary>
public static class UpperDiff
{
    /// <param name="upper">The layer's own changes.</param>
    /// <param name="lowers">What is below, the nearest first: they decide whether a directory that hides what is below
    /// hides anything.</param>
    /// <param name="output">Stays open.</param>
    /// <exception cref="StorageException">Io: a file became shorter. NotSupported: the layer refers to what is below
    /// instead of holding it. What was written until then is no archive.</exception>
    public static TreeArchiveReport Run(
        IDisk disk, DirectoryHandle upper, IReadOnlyList<DirectoryHandle> lowers, IdMaps maps, Stream output,
        CancellationToken cancellation)
    {
        var archive = new TreeArchive(disk, output, maps, cancellation);
        using var walk = new TreeWalk(disk, upper);
        using var below = new LowerTrails(disk, lowers);
        while (walk.Next())
        {
            if (walk.IsLeaving)
            {
                below.Leave();
                continue;
            }
            var written = archive.Add(walk.At, walk.Name, walk.Path, walk.Status);
            if (!walk.Status.IsDirectory) continue;
            if (written is not null && below.Find(walk.Name) is not null && IsOpaque(disk, walk.At, walk.Name))
                archive.AddWhiteout(Opaque(written));
            below.Enter(walk.Name);
        }
        return archive.Finish();
    }

    /// <summary>Whether the directory hides everything that those below have under its name.</summary>
    internal static bool IsOpaque(IDisk disk, DirectoryHandle at, string name) =>
        disk.Xattr(at, name, WhiteoutMarks.OpaqueAttribute) is [(byte)'y'];

    private static TarEntry Opaque(TarEntry directory) => directory with
    {
        Name = directory.Name + Whiteout.Opaque,
        Mode = directory.Mode & ModeBits.Permissions,
        ModifiedAt = default,
        Xattrs = [],
    };
}
