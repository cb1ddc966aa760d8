// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Inspection;

public readonly record struct InspectionRef(IActorRef Ref);

/// <summary>Owns the pool of inspectors: one for each request, as many at a time as the queue allows.</summary>
internal sealed class InspectionActor : UntypedActor
{
    private readonly LayerStoreRef _layers;
    private readonly StagingWork _work;
    private int _children;

    public static Props Props(LayerStoreRef layers, StagingWork work) =>
        Akka.Actor.Props.Create(() => new InspectionActor(layers, work));

    public InspectionActor(LayerStoreRef layers, StagingWork work) => (_layers, _work) = (layers, work);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InspectionProtocol.GetReading get: OnGetReading(get); break;
            case InspectionProtocol.IInspection request: OnInspection(request); break;
            case Terminated: _children--; break;
            default: Unhandled(message); break;
        }
    }

    // A worker that crashed is not restarted: its last word tells the asker, who may ask again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnGetReading(InspectionProtocol.GetReading get) =>
        get.Asker.ReplyTo.Tell(new InspectionProtocol.GetReadingOk(_work.Reading));

    private void OnInspection(InspectionProtocol.IInspection request)
    {
        if (_children >= _work.Settings.StagingQueueMax)
        {
            request.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Busy, $"{_children} inspections are under way already")));
            return;
        }
        _children++;
        Context.Watch(Context.ActorOf(InspectorActor.Props(_layers, _work, request)));
    }
}
