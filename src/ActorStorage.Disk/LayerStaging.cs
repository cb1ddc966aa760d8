// SPDX-License-Identifier: Apache-2.0
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
    IProgress<StagingProgress>? Progress)
{
    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>See <see cref="ExtractSettings.HasSpareCore"/>.</summary>
    public Func<bool> HasSpareCore { get; init; } = static () => false;
}

/// <summary>
/// Makes a whole layer where nobody sees it, while no lock is held. The blob is read once: its digest, the digest of
/// what is inflated, the tar-split file and the files all come from the same pass.
/// </summary>
public static class LayerStaging
{
    // Of an overlay layer: its directory and two in it, and two small files.
    private const long LayerOverheadBytes = 5 * 4096;
    private const uint PrivateFile = 0x180;         // 0600

    /// <exception cref="StorageException">Whatever is wrong with the blob or the disk; nothing is left
    /// behind.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static StagedLayer Run(
        IDisk disk, ILayerDriver driver, StagingArea area, StagingTask task, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (task.Layer.Writeable && driver.Options.WriteableFault is { } fault)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, $"creating read-write layer with ID \"{task.Layer.Id}\": {fault}");
        }
        var plan = new TreePlan(task.Layer.Id, task.Parent, task.Maps)
        {
            InImageStore = area.HasImageStore && task.Layer.BelongsInImageStore,
        };
        var trees = area.TreesOf(driver.Places.For(plan));
        var tree = new Trash(trees, trees.NextName("addition"));
        var tarSplit = task.Blob is null ? null : new Trash(area.Files, area.Files.NextName("addition"));
        StagedTree? content = null;
        try
        {
            content = driver.Stage(tree, plan, cancellation);
            var staged = new StagedLayer
            {
                Id = task.Layer.Id,
                Content = content,
                TarSplit = tarSplit,
                // Where the parent is copied it was not seen how much that is.
                DiskBytes = driver.CopiesParent ? null : LayerOverheadBytes,
            };
            var mode = FlushOf(driver, task);
            using var ahead = mode == FlushMode.FileSystem
                ? new FlushAhead(disk, trees.Directory, task.HasSpareCore)
                : null;
            if (tarSplit is not null) staged = UnpackBlob(disk, driver, staged, task, ahead, cancellation);
            if (mode == FlushMode.None) return staged;
            task.Progress?.Report(StagingProgress.Of(staged, StagingPhase.Flushing));
            using (Telemetry.BeginPhase("flush"))
            {
                if (ahead is not null) ahead.Finish();
                else FlushTree(disk, tree, cancellation);
            }
            content.IsFlushed = true;
            return staged;
        }
        catch
        {
            content?.Release();
            tree.Remove(disk);
            tarSplit?.Remove(disk);
            throw;
        }
    }

    private static StagedLayer UnpackBlob(
        IDisk disk, ILayerDriver driver, StagedLayer staged, StagingTask task, FlushAhead? ahead,
        CancellationToken cancellation)
    {
        using var phase = Telemetry.BeginPhase("unpack");
        using var tarSplit = disk.CreateFile(staged.TarSplit!.In.Directory, staged.TarSplit.Name, PrivateFile);
        using var content = staged.Content.OpenContent();
        var settings = ExtractSettings.For(driver, task.Maps, task.Limits) with { HasSpareCore = task.HasSpareCore };
        var unpacking = new BlobUnpacking(disk, settings, cancellation)
        {
            IsDurable = !task.Layer.Volatile,
            ExpectedBlobDigest = task.Layer.ExpectedBlobDigest,
            ExpectedDiffDigest = task.Layer.ExpectedDiffDigest,
            Written = ahead is null ? null : ahead.Wrote,
            Progress = task.Progress is null ? null : progress => Report(task, progress),
        };
        var unpacked = unpacking.Run(task.Blob!, content, tarSplit);
        Telemetry.CountStaged(unpacked.Facts.DiffSizeBytes);
        return staged with
        {
            Facts = unpacked.Facts,
            IsRootSet = unpacked.IsRootSet,
            Entries = unpacked.Entries,
            DiskBytes = staged.DiskBytes + unpacked.DiskBytes + disk.Status(tarSplit).AllocatedBytes,
        };
    }

    private static void Report(StagingTask task, UnpackProgress progress) => task.Progress!.Report(new StagingProgress(
        task.Layer.Id, StagingPhase.Unpacking, progress.BlobBytes, task.Blob!.SizeBytes, progress.ContentBytes,
        progress.Entries));

    private static void FlushTree(IDisk disk, Trash tree, CancellationToken cancellation)
    {
        using var directory = disk.OpenDirectory(tree.In.Directory, tree.Name);
        TreeFlush.Run(disk, directory, cancellation);
    }

    /// <summary>None where nothing but the tar-split file is flushed.</summary>
    private static FlushMode FlushOf(ILayerDriver driver, StagingTask task)
    {
        if (task.Layer.Volatile) return FlushMode.None;
        return driver.Options.SyncFileSystem ? FlushMode.FileSystem : task.Flush;
    }
}
