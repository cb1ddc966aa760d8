// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
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
        (InspectionProtocol.GetImageSize size, WalkProtocol.ListAllOk all) =>
            new InspectionProtocol.GetSizeOk(ContentSizes.OfImage(work, size.Image, all.Records)),
        (InspectionProtocol.GetContainerSize size, WalkProtocol.ListAllOk all) =>
            new InspectionProtocol.GetSizeOk(ContentSizes.OfContainer(work, size.Container, all.Records)),
        (InspectionProtocol.GetParentOwners owners, WalkProtocol.ListAllOk all) => ParentOwners.Of(owners, all),
        _ => throw new StorageException(
            StorageErrorKind.NotSupported, $"{request.GetType().Name} is not supported yet"),
    };

    private InspectionProtocol.ExportLayerOk Export(
        InspectionProtocol.ExportLayer export, LayerProtocol.LocateLayerOk located)
    {
        var layer = located.Layer;
        if (located.Reference?.Id != located.Parent?.Id)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, "diff against a layer that is not the parent: not supported yet");
        }
        LayerDiff.Run(
            work.Disk, work.Settings.Paths, work.Driver, layer, export.Output, export.Compression ?? layer.Compression,
            cancellation);
        return new InspectionProtocol.ExportLayerOk();
    }
}
