// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Layers;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Inspection;

/// <summary>One look at what layers hold: gets the records it needs, then reads files.</summary>
internal sealed class InspectorActor(LayerStoreRef layers, StagingWork work, InspectionProtocol.IInspection request)
    : JobActor(work, request.Asker, request.Cancellation)
{
    private readonly StagingWork _work = work;

    public static Props Props(LayerStoreRef layers, StagingWork work, InspectionProtocol.IInspection request) =>
        Akka.Actor.Props.Create(() => new InspectorActor(layers, work, request));

    protected override string SpanName => "inspect";

    protected override string Undone => request switch
    {
        InspectionProtocol.ExportLayer export => $"layer {export.Layer} was not exported",
        InspectionProtocol.GetChanges changes => $"layer {changes.Layer} was not compared",
        InspectionProtocol.GetDiffSize size => $"layer {size.Layer} was not measured",
        InspectionProtocol.GetImageSize size => $"image {size.Image} was not measured",
        InspectionProtocol.GetContainerSize size => $"container {size.Container} was not measured",
        InspectionProtocol.GetParentOwners owners => $"the owners above {owners.LayerOrContainer} were not found",
        InspectionProtocol.GetDiskUse => "the layers were not measured",
        InspectionProtocol.ExplainLayer explain => $"what holds layer {explain.Layer} was not found",
        InspectionProtocol.Check => "the store was not checked",
        _ => "the layers were not deduplicated",
    };

    protected override void Begin() => layers.Ref.Tell(InspectionWork.RecordsFor(request, OwnAsker));

    protected override void OnAnswer(IReply answer) =>
        Work(stopping => new InspectionWork(_work, stopping).Run(request, answer));

    protected override void OnResult(object result) => End((IReply)result);
}
