// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Staging;

/// <summary>What stagers and exporters need to do their work, and the threads they do it on.</summary>
internal sealed record StagingWork(
    IDisk Disk, ILayerDriver Driver, StagingArea Area, StorageSettings Settings, DiskThreads Threads)
{
    public StagedLayer Stage(
        StagingProtocol.PutLayer request, TreeParent? parent, IdMaps maps, CancellationToken cancellation) =>
        LayerStaging.Run(
            Disk, Driver, Area,
            new StagingTask(request.Layer, request.Blob, parent, maps, Settings.Flush, request.Progress),
            cancellation);

    /// <summary>Tells the asker how far it is. That what is told fails is no reason for the layer to fail.</summary>
    public static void Report(StagingProtocol.PutLayer request, StagingProgress progress)
    {
        try
        {
            request.Progress?.Report(progress);
        }
        catch (Exception)
        {
            // The caller's own code, on the mailbox of all callers: it must not take the others down.
        }
    }

    /// <summary>Removes what nobody wants any more. If no thread is free for it, the engine's end removes it.</summary>
    public void Discard(StagedLayer staged)
    {
        try
        {
            _ = Threads.Run(() =>
            {
                staged.Tree.Remove(Disk);
                staged.TarSplit?.Remove(Disk);
                return true;
            });
        }
        catch (StorageException full) when (full.Kind is StorageErrorKind.Busy or StorageErrorKind.Cancelled)
        {
            // It lies in this engine's temp directories, which go with it.
        }
    }

    public bool Export(LayerRecord layer, StagingProtocol.ExportLayer request, CancellationToken cancellation)
    {
        var compression = request.Compression ?? layer.Compression;
        LayerDiff.Run(Disk, Settings.Paths, Driver, layer, request.Output, compression, cancellation);
        return true;
    }
}
