// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Layers;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>One layer without a record on its way: asks what it is to be put on, stages it, has it shown.</summary>
internal sealed class BareLayerActor(LayerStoreRef layers, StagingWork work, StagingProtocol.CreateStorageLayer request)
    : JobActor(work, request.Asker, request.Cancellation)
{
    private readonly StagingWork _work = work;

    public static Props Props(LayerStoreRef layers, StagingWork work, StagingProtocol.CreateStorageLayer request) =>
        Akka.Actor.Props.Create(() => new BareLayerActor(layers, work, request));

    protected override string Undone => $"layer {request.Layer} was not made";

    protected override void Begin() => layers.Ref.Tell(
        new LayerProtocol.PlanStorageLayer(request.Layer, request.Parent, request.Maps, OwnAsker));

    protected override void OnAnswer(IReply answer)
    {
        switch (answer)
        {
            case LayerProtocol.PlanStorageLayerOk { Plan: { } plan }:
                Work(stopping => _work.StageBare(plan, stopping));
                break;
            case LayerProtocol.PlanStorageLayerOk or LayerProtocol.CommitStorageLayerOk:
                End(new StagingProtocol.CreateStorageLayerOk());
                break;
            default: Unhandled(answer); break;
        }
    }

    protected override void OnResult(object result) =>
        Commit(layers.Ref, new LayerProtocol.CommitStorageLayer((StagedTree)result, OwnAsker));

    protected override void Discard(object result) => _work.Discard((StagedTree)result);
}
