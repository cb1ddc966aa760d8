// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// Flushes one tree and nothing else of its file system: each file and each directory, by several threads, so that the
/// medium is asked for many things at once.
/// </summary>
internal static class TreeFlush
{
    private const int Threads = 8;
    private const int AheadMax = 16;        // handles that are open for each thread

    /// <summary>Everything in the directory, and the directory itself, is on the medium when this returns.</summary>
    /// <exception cref="StorageException">What the disk says. Nobody knows what is on the medium then.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static void Run(IDisk disk, DirectoryHandle top, CancellationToken cancellation)
    {
        var writers = new Behind<Piece>[Threads];
        for (var i = 0; i < Threads; i++) writers[i] = new("flush-tree", AheadMax, piece => piece.Sync(disk));
        try
        {
            var next = 0;
            using var walk = new TreeWalk(disk, top);
            while (walk.Next())
            {
                cancellation.ThrowIfCancellationRequested();
                if (Open(disk, walk) is { } piece) writers[next++ % Threads].Add(piece);
            }
            foreach (var writer in writers) writer.Drain();
            disk.Sync(top);
        }
        finally
        {
            foreach (var writer in writers) writer.Dispose();
        }
    }

    /// <returns>Null for what has no bytes of its own, and for what somebody has removed.</returns>
    private static Piece? Open(IDisk disk, TreeWalk walk)
    {
        try
        {
            if (walk.IsLeaving) return new Piece(disk.OpenDirectory(walk.At, walk.Name), null);
            return walk.Status.Kind == FileKind.Regular ? new Piece(null, disk.OpenFile(walk.At, walk.Name)) : null;
        }
        catch (StorageException gone) when (gone.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }

    private readonly record struct Piece(DirectoryHandle? Directory, FileHandle? File) : IDisposable
    {
        public void Sync(IDisk disk)
        {
            if (Directory is not null) disk.Sync(Directory);
            else disk.Sync(File!);
        }

        public void Dispose()
        {
            Directory?.Dispose();
            File?.Dispose();
        }
    }
}
