// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>What a blob was that is now a tree and a tar-split file.</summary>
/// <param name="IsRootSet">Whether the archive said what the root directory is like.</param>
/// <param name="OwnersRefused">See <see cref="LayerExtractor.OwnersRefused"/>.</param>
/// <param name="DiskBytes">What the entries take up on disk: content and directories in whole blocks of 4 KiB, as most
/// file systems have them.</param>
public sealed record UnpackedBlob(
    DiffFacts Facts, long Entries, bool IsRootSet, long OwnersRefused, long DiskBytes);

/// <summary>How far the unpacking is.</summary>
public readonly record struct UnpackProgress(long BlobBytes, long ContentBytes, long Entries);

/// <summary>
/// One blob into one directory. It is read once: its digest, the digest of what is inflated, the tar-split file and the
/// files all come from the same pass.
/// </summary>
public sealed class BlobUnpacking(IDisk disk, ExtractSettings settings, CancellationToken cancellation)
{
    private const long BlockBytes = 4096;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private long _diskBytes;

    /// <summary>What the blob must turn out to be; null when the caller does not know.</summary>
    public Digest? ExpectedBlobDigest { get; init; }
    public Digest? ExpectedDiffDigest { get; init; }

    /// <summary>Whether the tar-split file must survive a power cut.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Called a few times a second.</summary>
    public Action<UnpackProgress>? Progress { get; init; }

    /// <summary>Called behind each entry with the bytes of content that were written.</summary>
    internal Action<long>? Written { get; init; }

    /// <param name="target">The directory to fill; it may have contents.</param>
    /// <param name="tarSplit">An empty file; complete at the end.</param>
    /// <exception cref="StorageException">Whatever is wrong with the blob or the disk; its text begins with the blob's
    /// name. What was unpacked until then stays.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public UnpackedBlob Run(LayerBlob blob, DirectoryHandle target, FileHandle tarSplit)
    {
        try
        {
            return Unpack(blob, target, tarSplit);
        }
        catch (StorageException cause)
        {
            // Of many blobs that are unpacked at once the asker must know which one it was.
            throw new StorageException(cause.Error with { Message = $"{blob.Name}: {cause.Message}" }, cause);
        }
    }

    private UnpackedBlob Unpack(LayerBlob blob, DirectoryHandle target, FileHandle tarSplit)
    {
        using var stream = new ObservedStream(blob.Open(), cancellation);
        using var bytes = new BlobReader(stream);
        using var extractor = new LayerExtractor(disk, target, settings);
        using var split = new TarSplitWriter(new FileHandleStream(disk, tarSplit), settings.HasSpareCore);
        using var reader = new TarReader(bytes, split, settings.Limits, settings.HasSpareCore);
        try
        {
            Extract(reader, extractor, stream);
        }
        catch (StorageException)
        {
            extractor.Drain();      // what failed before counts, though it is known only now
            throw;
        }
        extractor.Finish();
        var summary = reader.Finish();
        split.Complete();
        if (IsDurable) disk.Sync(tarSplit);
        Check("blob's", ExpectedBlobDigest, summary.CompressedDigest);
        Check("uncompressed", ExpectedDiffDigest, summary.DiffDigest);
        return new UnpackedBlob(
            DiffFacts.Of(summary, reader.UserIds, reader.GroupIds), reader.EntryCount, extractor.IsRootSet,
            extractor.OwnersRefused, _diskBytes);
    }

    private void Extract(TarReader reader, LayerExtractor extractor, ObservedStream blob)
    {
        var reportedAt = Stopwatch.GetTimestamp();
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = extractor.BytesWritten;
            extractor.Apply(entry, reader);
            _diskBytes += entry.Kind == TarEntryKind.Directory ? BlockBytes : InBlocks(extractor.BytesWritten - before);
            Written?.Invoke(extractor.BytesWritten);
            if (Progress is null || Stopwatch.GetElapsedTime(reportedAt) < ReportEvery) continue;
            reportedAt = Stopwatch.GetTimestamp();
            Progress(new UnpackProgress(blob.BytesRead, extractor.BytesWritten, reader.EntryCount));
        }
    }

    private static long InBlocks(long bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static void Check(string what, Digest? expected, Digest actual)
    {
        if (expected is not { } digest || !digest.IsSha256 || digest == actual) return;
        throw new StorageException(
            StorageErrorKind.DigestMismatch, $"the {what} digest is {actual} and not {digest}");
    }
}
