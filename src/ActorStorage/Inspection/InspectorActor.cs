// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Inspection;

/// <summary>One look at what layers hold: gets the records it needs, works on a thread, answers, stops.</summary>
internal sealed class InspectorActor : UntypedActor, IWithTimers
{
    /*
     *   Locating --the records--> Working --its answer--> to the asker, stop
     *      |                         |
     *      +-------Refused-----------+---Status.Failure, DeadlineTick---> Refused to the asker, stop
     */
    private readonly LayerStoreRef _layers;
    private readonly StagingWork _work;
    private readonly InspectionProtocol.IInspection _request;
    private readonly CancellationTokenSource _stopping;
    private bool _hasEnded;

    public static Props Props(LayerStoreRef layers, StagingWork work, InspectionProtocol.IInspection request) =>
        Akka.Actor.Props.Create(() => new InspectorActor(layers, work, request));

    public InspectorActor(LayerStoreRef layers, StagingWork work, InspectionProtocol.IInspection request)
    {
        (_layers, _work, _request) = (layers, work, request);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(request.Cancellation);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var remaining = _request.Asker.Deadline - _work.Settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
        _layers.Ref.Tell(InspectionWork.RecordsFor(_request, new Asker(Self, _request.Asker.Deadline)));
    }

    protected override void OnReceive(object message) => Locating(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the inspector was stopped")));
    }

    private void Locating(object message)
    {
        switch (message)
        {
            case Refused refused: End(refused); break;
            case DeadlineTick: End(TooLate); break;
            case IReply records: OnRecords(records); break;
            default: Unhandled(message); break;
        }
    }

    private void Working(object message)
    {
        switch (message)
        {
            case IReply reply: End(reply); break;
            case Status.Failure failure: End(new Refused(StorageError.From(failure.Cause))); break;
            case DeadlineTick: End(TooLate); break;
            default: Unhandled(message); break;
        }
    }

    private void OnRecords(IReply records)
    {
        Become(Working);
        try
        {
            var inspection = new InspectionWork(_work, _stopping.Token);
            _work.Threads.Run(() => inspection.Run(_request, records)).PipeTo(Self);
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    private Refused TooLate => new(new StorageError(
        StorageErrorKind.Cancelled, $"{_request.GetType().Name} was not done before the deadline"));

    private void End(IReply reply)
    {
        Tell(reply);
        Context.Stop(Self);
    }

    private void Tell(IReply reply)
    {
        _hasEnded = true;
        _request.Asker.ReplyTo.Tell(reply);
    }
}
