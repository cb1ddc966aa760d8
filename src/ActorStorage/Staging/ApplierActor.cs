// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// One archive's way into a layer that exists: finds it, unpacks into it, has its record changed, stops. The files
/// change while no lock is held, as they do when somebody works in the mounted layer.
/// </summary>
internal sealed class ApplierActor : UntypedActor, IWithTimers
{
    /*
     *   Locating --LocateLayerOk--> Applying --SetDiff--> Committing --CommitDiffOk--> ApplyDiffOk, stop
     *      |                           |                     |
     *      +-------Refused, Status.Failure, DeadlineTick-----+---> Refused to the asker, stop
     *
     *   Applying --DeadlineTick--> Refused, Abandoned --SetDiff, Status.Failure--> stop
     */
    private readonly LayerStoreRef _layers;
    private readonly StagingWork _work;
    private readonly StagingProtocol.ApplyDiff _request;
    private readonly CancellationTokenSource _stopping;
    private bool _hasEnded;

    public static Props Props(LayerStoreRef layers, StagingWork work, StagingProtocol.ApplyDiff request) =>
        Akka.Actor.Props.Create(() => new ApplierActor(layers, work, request));

    public ApplierActor(LayerStoreRef layers, StagingWork work, StagingProtocol.ApplyDiff request)
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
        _layers.Ref.Tell(new LayerProtocol.LocateLayer(_request.Layer, null, OwnAsker));
    }

    protected override void OnReceive(object message) => Locating(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the applier was stopped")));
    }

    private void Locating(object message)
    {
        switch (message)
        {
            case LayerProtocol.LocateLayerOk located: OnLocateLayerOk(located); break;
            case Refused refused: End(refused); break;
            case DeadlineTick: End(TooLate); break;
            default: Unhandled(message); break;
        }
    }

    private void Applying(object message)
    {
        switch (message)
        {
            case LayerWrite.SetDiff applied: OnApplied(applied); break;
            case Status.Failure failure: End(new Refused(StorageError.From(failure.Cause))); break;
            case DeadlineTick: OnDeadlineTick(); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>The asker has its answer; the work on the thread has not noticed yet that nobody wants it.</summary>
    private void Abandoned(object message)
    {
        switch (message)
        {
            case LayerWrite.SetDiff applied: OnAppliedTooLate(applied); break;
            case Status.Failure: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Committing(object message)
    {
        switch (message)
        {
            case LayerProtocol.CommitDiffOk committed: End(new StagingProtocol.ApplyDiffOk(committed.Layer)); break;
            case Refused refused: End(refused); break;
            // The store answers by the same deadline, and only it knows what became of the record.
            case DeadlineTick: break;
            default: Unhandled(message); break;
        }
    }

    private Asker OwnAsker => new(Self, _request.Asker.Deadline);

    private void OnLocateLayerOk(LayerProtocol.LocateLayerOk located)
    {
        Become(Applying);
        try
        {
            var stopping = _stopping.Token;
            _work.Threads.Run(() => _work.Apply(located.Layer, _request.Blob, stopping)).PipeTo(Self);
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    private void OnApplied(LayerWrite.SetDiff applied)
    {
        Become(Committing);
        _layers.Ref.Tell(new LayerProtocol.CommitDiff(applied, OwnAsker));
    }

    private void OnDeadlineTick()
    {
        _stopping.Cancel();
        Become(Abandoned);
        Tell(TooLate);
    }

    private void OnAppliedTooLate(LayerWrite.SetDiff applied)
    {
        _work.Discard(applied);
        Context.Stop(Self);
    }

    private Refused TooLate => new(new StorageError(
        StorageErrorKind.Cancelled, $"the archive was not applied to layer {_request.Layer} before the deadline"));

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
