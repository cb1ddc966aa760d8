// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Reaping;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>What stagers and exporters need to do their work, the threads they do it on, and who removes what nobody
/// wants any more.</summary>
internal sealed record StagingWork(
    ReaperRef Reaper, IDisk Disk, ILayerDriver Driver, StagingArea Area, StorageSettings Settings, DiskThreads Threads,
    LayerSizes Sizes, SpaceLedger Space)
{
    /// <exception cref="StorageException">NoSpace, before anything is written, and whatever else staging
    /// meets.</exception>
    public StagedLayer Stage(
        StagingProtocol.PutLayer request, TreeParent? parent, IdMaps maps, CancellationToken cancellation)
    {
        var reserved = Reserve(request);
        try
        {
            var task = new StagingTask(request.Layer, request.Blob, parent, maps, Settings.Flush, request.Progress)
            {
                Limits = Settings.Archives,
                HasSpareCore = HasSpareCore,
            };
            var staged = LayerStaging.Run(Disk, Driver, Area, task, cancellation);
            Sizes.Remember(staged);
            return staged;
        }
        finally
        {
            Space.Release(reserved);
        }
    }

    private ReservationId Reserve(StagingProtocol.PutLayer request)
    {
        try
        {
            return Space.Reserve(
                request.Blob?.SizeBytes ?? 0, request.Asker.Deadline, request.Layer.BelongsInImageStore,
                request.Reservation);
        }
        catch (StorageException full) when (request.Blob is { } blob)
        {
            // Of many blobs that are put at once the asker must know which one it was.
            throw new StorageException(full.Error with { Message = $"{blob.Name}: {full.Message}" }, full);
        }
    }

    /// <summary>A job with threads of its own keeps about two cores busy.</summary>
    private bool HasSpareCore() => 2 * Threads.JobCount <= Environment.ProcessorCount;

    public LayerReading Reading { get; } = new(Disk, Settings.Paths, Driver, Area, Settings.Time);

    /// <summary>A layer with nothing in it of its own.</summary>
    /// <param name="below">What it is put on, in its place; null for nothing, or when there is a copy.</param>
    /// <param name="copy">What it is put on instead, and will be committed before it.</param>
    public LayerWrite.Commit StageEmpty(
        NewLayer layer, LayerRecord? below, LayerWrite.Commit? copy, CancellationToken cancellation)
    {
        var parent = copy is not null
            ? new TreeParent(copy.Layer.Id, copy.Staged.Content.Plan.Maps, copy.Staged.Content)
            : below is not null ? new TreeParent(below.Id, below.IdMaps) : null;
        var maps = layer.Maps.Resolve(parent?.Maps ?? Settings.IdMaps);
        var flush = layer.Volatile ? FlushMode.None : Settings.Flush;
        var task = new StagingTask(layer, Blob: null, parent, maps, flush, Progress: null);
        var staged = LayerStaging.Run(Disk, Driver, Area, task, cancellation);
        return new LayerWrite.Commit(staged, layer, parent?.Id, AcceptExisting: false);
    }

    /// <summary>A layer that no record will name.</summary>
    public StagedTree StageBare(TreePlan plan, CancellationToken cancellation)
    {
        var place = new Trash(Area.Trees, Area.Trees.NextName(plan.Layer.Value));
        try
        {
            return Driver.Stage(place, plan, cancellation);
        }
        catch
        {
            place.Remove(Disk);
            throw;
        }
    }

    /// <summary>See <see cref="MappedCopy"/>.</summary>
    public LayerWrite.Commit StageMappedCopy(LayerRecord template, IdMaps maps, CancellationToken cancellation) =>
        MappedCopy.Run(Disk, Settings.Paths, Driver, Area, template, maps, Settings.Flush, cancellation);

    /// <summary>See <see cref="LayerApply"/>.</summary>
    public LayerWrite.SetDiff Apply(LayerRecord layer, LayerBlob blob, CancellationToken cancellation)
    {
        using var content = Disk.OpenDirectory(Driver.ContentPath(layer.Id));
        var settings = ExtractSettings.For(Driver, layer.IdMaps, Settings.Archives) with
        {
            HasSpareCore = HasSpareCore,
        };
        var applied = LayerApply.Run(
            Disk, Area, blob, content, settings, isDurable: !layer.Volatile, Settings.Flush, cancellation);
        Sizes.Forget(layer.Id);
        return new LayerWrite.SetDiff(layer.Id.Value, applied.TarSplit, applied.Facts);
    }

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

    /// <summary>Has it removed: nobody wants it any more.</summary>
    public void Discard(StagedLayer staged)
    {
        staged.Content.Release();
        Discard(staged.Tree, staged.TarSplit);
    }

    public void Discard(StagedTree bare)
    {
        bare.Release();
        Discard(bare.Place);
    }

    /// <summary>What was unpacked stays in the layer; only nothing tells of it.</summary>
    public void Discard(LayerWrite.SetDiff applied) => Discard(applied.TarSplit);

    private void Discard(params Trash?[] trash)
    {
        foreach (var one in trash.OfType<Trash>()) Reaper.Ref.Tell(new Reap(one));
    }
}
