// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// One archive's way into a layer that exists: finds it, unpacks into it, has its record changed. The files change
/// while no lock is held, as they do when somebody works in the mounted layer.
/// </summary>
internal sealed class ApplierActor(LayerStoreRef layers, StagingWork work, StagingProtocol.ApplyDiff request)
    : JobActor(work, request.Asker, request.Cancellation)
{
    private readonly StagingWork _work = work;

    public static Props Props(LayerStoreRef layers, StagingWork work, StagingProtocol.ApplyDiff request) =>
        Akka.Actor.Props.Create(() => new ApplierActor(layers, work, request));

    protected override string Undone => $"the archive was not applied to layer {request.Layer}";

    protected override void Begin() =>
        layers.Ref.Tell(new LayerProtocol.LocateLayer(request.Layer, null, OwnAsker));

    protected override void OnAnswer(IReply answer)
    {
        switch (answer)
        {
            case LayerProtocol.LocateLayerOk located:
                Work(stopping => _work.Apply(located.Layer, request.Blob, stopping));
                break;
            case LayerProtocol.CommitDiffOk committed: End(new StagingProtocol.ApplyDiffOk(committed.Layer)); break;
            default: Unhandled(answer); break;
        }
    }

    protected override void OnResult(object result) =>
        Commit(layers.Ref, new LayerProtocol.CommitDiff((LayerWrite.SetDiff)result, OwnAsker));

    protected override void Discard(object result) => _work.Discard((LayerWrite.SetDiff)result);
}
