// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What a stager is to do.</summary>
/// <param name="Blob">Null for a layer with nothing in it.</param>
/// <param name="Parent">What it will be on; null for nothing.</param>
/// <param name="Maps">How the ids of its files lie on the host, as <see cref="NewLayer.Maps"/> came out.</param>
public sealed record StagingTask(
    NewLayer Layer, LayerBlob? Blob, TreeParent? Parent, IdMaps Maps, FlushMode Flush,
    IProgress<StagingProgress>? Progress);

/// <summary>
/// Makes a whole layer where nobody sees it, while no lock is held. The blob is read once: its digest, the digest of
/// what is inflated, the tar-split file and the files all come from the same pass.
/// </summary>
public static class LayerStaging
{
    private const uint PrivateFile = 0x180;         // 0600
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    /// <exception cref="StorageException">Whatever is wrong with the blob or the disk; nothing is left
    /// behind.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static StagedLayer Run(
        IDisk disk, ILayerDriver driver, StagingArea area, StagingTask task, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var tree = new Trash(area.Trees, area.Trees.NextName("addition"));
        var tarSplit = task.Blob is null ? null : new Trash(area.Files, area.Files.NextName("addition"));
        try
        {
            var staged = new StagedLayer
            {
                Id = task.Layer.Id,
                Content = driver.Stage(tree, new TreePlan(task.Layer.Id, task.Parent, task.Maps), cancellation),
                TarSplit = tarSplit,
            };
            if (tarSplit is not null) staged = UnpackBlob(disk, staged, task, cancellation);
            Flush(disk, tree.In.Directory, task);
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
        IDisk disk, StagedLayer staged, StagingTask task, CancellationToken cancellation)
    {
        try
        {
            return Unpack(disk, staged, task, cancellation);
        }
        catch (StorageException cause)
        {
            // Of many blobs that are staged at once the asker must know which one it was.
            throw new StorageException(cause.Error with { Message = $"{task.Blob!.Name}: {cause.Message}" }, cause);
        }
    }

    private static StagedLayer Unpack(
        IDisk disk, StagedLayer staged, StagingTask task, CancellationToken cancellation)
    {
        using var stream = new ObservedStream(task.Blob!.Open(), cancellation);
        using var blob = new BlobReader(stream);
        using var splitFile = disk.CreateFile(staged.TarSplit!.In.Directory, staged.TarSplit.Name, PrivateFile);
        using var content = staged.Content.OpenContent();
        using var extractor = new LayerExtractor(disk, content);
        using var split = new TarSplitWriter(new FileHandleStream(disk, splitFile));
        using var reader = new TarReader(blob, split, ArchiveLimits.Default);
        Extract(reader, extractor, stream, task, cancellation);
        extractor.Finish();
        var summary = reader.Finish();
        split.Dispose();        // writes its end
        if (!task.Layer.Volatile) disk.Sync(splitFile);
        Check("blob's", task.Layer.ExpectedBlobDigest, summary.CompressedDigest);
        Check("uncompressed", task.Layer.ExpectedDiffDigest, summary.DiffDigest);
        return staged with
        {
            Facts = DiffFacts.Of(summary, reader.UserIds, reader.GroupIds),
            IsRootSet = extractor.IsRootSet,
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
