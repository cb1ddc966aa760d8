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

    protected override string Undone => $"{request.GetType().Name} was not done";

    protected override void Begin() => layers.Ref.Tell(InspectionWork.RecordsFor(request, OwnAsker));

    protected override void OnAnswer(IReply answer) =>
        Work(stopping => new InspectionWork(_work, stopping).Run(request, answer));

    protected override void OnResult(object result) => End((IReply)result);
}
