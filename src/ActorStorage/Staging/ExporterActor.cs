// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>One layer's way back to a tar: finds it, writes it to the asker's stream, answers, stops.</summary>
internal sealed class ExporterActor : UntypedActor, IWithTimers
{
    /*
     *   Locating --LocateLayerOk--> Writing --Written--> ExportLayerOk to the asker, stop
     *      |                           |
     *      +---------Refused-----------+---Status.Failure, DeadlineTick---> Refused to the asker, stop
     */
    private readonly LayerStoreRef _layers;
    private readonly StagingWork _work;
    private readonly StagingProtocol.ExportLayer _request;
    private readonly CancellationTokenSource _stopping;
    private bool _hasEnded;

    public static Props Props(LayerStoreRef layers, StagingWork work, StagingProtocol.ExportLayer request) =>
        Akka.Actor.Props.Create(() => new ExporterActor(layers, work, request));

    public ExporterActor(LayerStoreRef layers, StagingWork work, StagingProtocol.ExportLayer request)
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
        _layers.Ref.Tell(new LayerProtocol.LocateLayer(_request.Layer, _request.Asker with { ReplyTo = Self }));
    }

    protected override void OnReceive(object message) => Locating(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the exporter was stopped")));
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

    private void Writing(object message)
    {
        switch (message)
        {
            case Written: End(new StagingProtocol.ExportLayerOk()); break;
            case Status.Failure failure: End(new Refused(StorageError.From(failure.Cause))); break;
            case DeadlineTick: End(TooLate); break;
            default: Unhandled(message); break;
        }
    }

    private void OnLocateLayerOk(LayerProtocol.LocateLayerOk located)
    {
        Become(Writing);
        try
        {
            var stopping = _stopping.Token;
            _work.Threads.Run(() => _work.Export(located.Layer, _request, stopping))
                .PipeTo(Self, success: _ => new Written());
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    private Refused TooLate => new(new StorageError(
        StorageErrorKind.Cancelled, $"layer {_request.Layer} was not written before the deadline"));

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

    private sealed record Written : ILocalMessage;
}
