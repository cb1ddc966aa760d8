// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What a stager is to do.</summary>
/// <param name="Blob">Null for a layer with nothing in it.</param>
public sealed record StagingTask(
    NewLayer Layer, LayerBlob? Blob, bool HasParent, FlushMode Flush, IProgress<StagingProgress>? Progress);

/// <summary>
/// Makes a whole layer where nobody sees it, while no lock is held. The blob is read once: its digest, the digest of
/// what is inflated, the tar-split file and the files all come from the same pass.
/// </summary>
public static class LayerStaging
{
    /// <summary>
    /// While this file is in a layer's directory, the directory may be collected if no index names it: the engine that
    /// renamed it died before its index write. Removed after the commit.
    /// </summary>
    public const string UncommittedMark = "uncommitted";

    private const uint PrivateDirectory = 0x1c0;    // 0700
    private const uint PrivateFile = 0x180;         // 0600
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    /// <exception cref="StorageException">Whatever is wrong with the blob or the disk; nothing is left
    /// behind.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static StagedLayer Run(IDisk disk, StagingArea area, StagingTask task, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var tree = new Trash(area.Trees, area.Trees.NextName("addition"));
        var tarSplit = task.Blob is null ? null : new Trash(area.Files, area.Files.NextName("addition"));
        try
        {
            disk.MakeDirectory(tree.In.Directory, tree.Name, PrivateDirectory);
            using var directory = disk.OpenDirectory(tree.In.Directory, tree.Name);
            var staged = new StagedLayer
            {
                Id = task.Layer.Id,
                Tree = tree,
                TarSplit = tarSplit,
                Link = LayerDirectory.Prepare(disk, directory, task.Layer.Id, task.HasParent),
            };
            disk.CreateFile(directory, UncommittedMark, PrivateFile).Dispose();
            if (tarSplit is not null) staged = UnpackBlob(disk, directory, staged, task, cancellation);
            Flush(disk, directory, task);
            return staged;
        }
        catch
        {
            tree.Remove(disk);
            tarSplit?.Remove(disk);
            throw;
        }
    }

    private static StagedLayer UnpackBlob(
        IDisk disk, DirectoryHandle directory, StagedLayer staged, StagingTask task, CancellationToken cancellation)
    {
        try
        {
            return Unpack(disk, directory, staged, task, cancellation);
        }
        catch (StorageException cause)
        {
            // Of many blobs that are staged at once the asker must know which one it was.
            throw new StorageException(cause.Error with { Message = $"{task.Blob!.Name}: {cause.Message}" }, cause);
        }
    }

    private static StagedLayer Unpack(
        IDisk disk, DirectoryHandle directory, StagedLayer staged, StagingTask task, CancellationToken cancellation)
    {
        using var stream = new ObservedStream(task.Blob!.Open(), cancellation);
        using var blob = new BlobReader(stream);
        using var splitFile = disk.CreateFile(staged.TarSplit!.In.Directory, staged.TarSplit.Name, PrivateFile);
        using var diff = disk.OpenDirectory(directory, LayerDirectory.Diff);
        using var extractor = new LayerExtractor(disk, diff);
        using var split = new TarSplitWriter(new FileHandleStream(disk, splitFile));
        using var reader = new TarReader(blob, split, ArchiveLimits.Default);
        Extract(reader, extractor, stream, task, cancellation);
        extractor.Finish();
        var summary = reader.Finish();
        split.Dispose();        // writes its end
        disk.Sync(splitFile);
        Check("blob's", task.Layer.ExpectedBlobDigest, summary.CompressedDigest);
        Check("uncompressed", task.Layer.ExpectedDiffDigest, summary.DiffDigest);
        return staged with
        {
            Blob = summary,
            IsRootSet = extractor.IsRootSet,
            UserIds = [.. reader.UserIds],
            GroupIds = [.. reader.GroupIds],
            Entries = reader.EntryCount,
        };
    }

    private static void Extract(
        TarReader reader, LayerExtractor extractor, ObservedStream blob, StagingTask task,
        CancellationToken cancellation)
    {
        var reportedAt = Stopwatch.GetTimestamp();
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            extractor.Apply(entry, reader);
            if (task.Progress is null || Stopwatch.GetElapsedTime(reportedAt) < ReportEvery) continue;
            reportedAt = Stopwatch.GetTimestamp();
            task.Progress.Report(new StagingProgress(
                task.Layer.Id, StagingPhase.Unpacking, blob.BytesRead, task.Blob!.SizeBytes, extractor.BytesWritten,
                reader.EntryCount));
        }
    }

    private static void Flush(IDisk disk, DirectoryHandle directory, StagingTask task)
    {
        if (task.Flush != FlushMode.FileSystem) return;
        task.Progress?.Report(new StagingProgress(task.Layer.Id, StagingPhase.Flushing, 0, null, 0, 0));
        disk.SyncFileSystem(directory);
    }

    private static void Check(string what, Digest? expected, Digest actual)
    {
        if (expected is not { } digest || !digest.IsSha256 || digest == actual) return;
        throw new StorageException(
            StorageErrorKind.DigestMismatch, $"the {what} digest is {actual} and not {digest}");
    }

    /// <summary>Counts what is read and ends it when the request is cancelled.</summary>
    private sealed class ObservedStream(Stream inner, CancellationToken cancellation) : Stream
    {
        public long BytesRead { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = inner.Read(buffer);
            // It may have waited long for these bytes.
            cancellation.ThrowIfCancellationRequested();
            BytesRead += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
