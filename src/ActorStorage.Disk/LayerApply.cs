// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What an archive was that has been applied to a layer.</summary>
/// <param name="Facts">For the layer's record, in place of those of an earlier archive.</param>
/// <param name="TarSplit">The new tar-split file, to be renamed to its place with the record's change.</param>
/// <param name="OwnersRefused">See <see cref="LayerExtractor.OwnersRefused"/>.</param>
public sealed record AppliedBlob(DiffFacts Facts, Trash TarSplit, long OwnersRefused);

/// <summary>
/// Unpacks an archive into a layer that exists, and may be mounted. What the archive does not mention stays. There is
/// no way back: after a failure what was unpacked until then is in the layer, whose record should not change.
/// </summary>
public static class LayerApply
{
    private const uint PrivateFile = 0x180;         // 0600

    /// <param name="content">The directory that holds the layer's own changes or, where the driver copies what is
    /// below, its whole tree.</param>
    /// <exception cref="StorageException">Whatever is wrong with the blob or the disk; no tar-split file is left
    /// behind.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static AppliedBlob Run(
        IDisk disk, StagingArea area, LayerBlob blob, DirectoryHandle content, ExtractSettings settings,
        bool isDurable, FlushMode flush, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var tarSplit = new Trash(area.Files, area.Files.NextName("addition"));
        try
        {
            using var file = disk.CreateFile(tarSplit.In.Directory, tarSplit.Name, PrivateFile);
            var unpacking = new BlobUnpacking(disk, settings, cancellation) { IsDurable = isDurable };
            var unpacked = unpacking.Run(blob, content, file);
            if (isDurable) Flush(disk, content, flush, cancellation);
            return new AppliedBlob(unpacked.Facts, tarSplit, unpacked.OwnersRefused);
        }
        catch
        {
            tarSplit.Remove(disk);
            throw;
        }
    }

    private static void Flush(IDisk disk, DirectoryHandle content, FlushMode flush, CancellationToken cancellation)
    {
        switch (flush)
        {
            case FlushMode.FileSystem: disk.SyncFileSystem(content); break;
            case FlushMode.Tree: TreeFlush.Run(disk, content, cancellation); break;
        }
    }
}
