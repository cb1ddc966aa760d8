// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage.Inspection;

/// <summary>What an inspector does on its thread, once it has the records it asked for.</summary>
internal sealed class InspectionWork(StagingWork work, CancellationToken cancellation)
{
    /// <summary>What must be known before a request can be worked on. One layer takes no lock; what concerns several
    /// stores is read with all of them held.</summary>
    public static IRequest RecordsFor(InspectionProtocol.IInspection request, Asker asker) => request switch
    {
        InspectionProtocol.ExportLayer export =>
            new LayerProtocol.LocateLayer(export.Layer, export.Reference, asker),
        InspectionProtocol.GetChanges changes =>
            new LayerProtocol.LocateLayer(changes.Layer, changes.Reference, asker),
        InspectionProtocol.GetDiffSize size => new LayerProtocol.LocateLayer(size.Layer, size.Reference, asker),
        _ => new WalkProtocol.ListAll(asker),
    };

    public IReply Run(InspectionProtocol.IInspection request, IReply records) => (request, records) switch
    {
        (InspectionProtocol.ExportLayer export, LayerProtocol.LocateLayerOk layer) => Export(export, layer),
        (InspectionProtocol.GetChanges, LayerProtocol.LocateLayerOk layer) => Changes(layer),
        (InspectionProtocol.GetDiffSize, LayerProtocol.LocateLayerOk layer) => DiffSizeOf(layer),
        (InspectionProtocol.GetImageSize size, WalkProtocol.ListAllOk all) =>
            new InspectionProtocol.GetSizeOk(ContentSizes.OfImage(work, size.Image, all.Records, cancellation)),
        (InspectionProtocol.GetContainerSize size, WalkProtocol.ListAllOk all) =>
            new InspectionProtocol.GetSizeOk(ContentSizes.OfContainer(work, size.Container, all.Records, cancellation)),
        (InspectionProtocol.GetParentOwners owners, WalkProtocol.ListAllOk all) => ParentOwners.Of(owners, all),
        (InspectionProtocol.Check check, WalkProtocol.ListAllOk all) => new InspectionProtocol.CheckOk(StoreCheck.Run(
            work.Disk, work.Settings.Paths, work.Driver, work.Area, all.Records, check.Options, work.Settings.Time,
            cancellation)),
        (InspectionProtocol.Deduplicate deduplicate, WalkProtocol.ListAllOk all) =>
            new InspectionProtocol.DeduplicateOk(Deduplication.Run(
                work.Disk, work.Driver, all.Records, deduplicate.Hash, cancellation)),
        (InspectionProtocol.GetDiskUse, WalkProtocol.ListAllOk all) => DiskUse(all),
        (InspectionProtocol.ExplainLayer explain, WalkProtocol.ListAllOk all) => Explain(explain.Layer, all),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "not a known inspection"),
    };

    private InspectionProtocol.ExportLayerOk Export(
        InspectionProtocol.ExportLayer export, LayerProtocol.LocateLayerOk located)
    {
        LayerDiff.Run(
            work.Reading, located.Layer, located.Parent, located.Reference, export.Output,
            export.Compression ?? located.Layer.Compression, cancellation);
        return new InspectionProtocol.ExportLayerOk();
    }

    private InspectionProtocol.GetDiskUseOk DiskUse(WalkProtocol.ListAllOk all)
    {
        var changing = all.Records.Containers.Select(container => container.Layer).OfType<LayerId>()
            .Concat(all.Mounts.Select(mount => mount.Layer)).ToHashSet();
        var rooms = Rooms.Of(work.Disk, work.Driver.Places);
        return new InspectionProtocol.GetDiskUseOk(
            work.Sizes.Measure(all.Records.Layers, changing, cancellation),
            rooms.GraphRoot.FreeBytes(), work.Space.ReservedBytes)
        {
            ImageStoreFreeBytes = rooms.ImageStore?.FreeBytes(),
        };
    }

    private InspectionProtocol.ExplainLayerOk Explain(string text, WalkProtocol.ListAllOk all)
    {
        var layer = Resolve(text, all.Records.Layers);
        var holders = new LayerHolders(all.Records, all.Mounts, work.Settings.LayerUse);
        return new InspectionProtocol.ExplainLayerOk(layer.Id, holders.Of(layer.Id));
    }

    /// <summary>By an id, a name, or the beginning of one id only.</summary>
    private static LayerRecord Resolve(string text, IReadOnlyList<LayerRecord> layers)
    {
        var named = layers.FirstOrDefault(each => each.Id.Value == text || each.Names.Contains(text));
        if (named is not null) return named;
        var begun = layers.Where(each => each.Id.Value.StartsWith(text, StringComparison.Ordinal)).Take(2).ToArray();
        return text.Length > 0 && begun is [var only]
            ? only
            : throw new StorageException(StorageErrorKind.NotFound, "layer not known");
    }

    private InspectionProtocol.GetChangesOk Changes(LayerProtocol.LocateLayerOk located)
    {
        using var comparison = Compare(located);
        return new InspectionProtocol.GetChangesOk([.. comparison.Changes(cancellation)]);
    }

    private InspectionProtocol.GetSizeOk DiffSizeOf(LayerProtocol.LocateLayerOk located)
    {
        using var comparison = Compare(located);
        return new InspectionProtocol.GetSizeOk(comparison.SizeBytes(cancellation));
    }

    private LayerComparison Compare(LayerProtocol.LocateLayerOk located) =>
        new(work.Disk, work.Driver, work.Area, located.Layer, located.Reference);
}
