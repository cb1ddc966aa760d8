// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// One request, one life: asks the stores what it must know, works on a thread while no lock is held, has its result
/// committed if there is one, answers exactly once, stops.
/// </summary>
internal abstract class JobActor : UntypedActor, IWithTimers
{
    /*
     *   Asking --a store's answer--> OnAnswer, which asks on, or works: Working --the result--> OnResult, which ends
     *      |                                                              |        or commits: Committing
     *      +---Refused, DeadlineTick---> Refused to the asker, stop <-----+--failure
     *
     *   Working --DeadlineTick--> Refused to the asker, Abandoned --the result, failure--> thrown away, stop
     *   Committing --the store's answer, which comes by the same deadline--> OnAnswer, which ends
     */
    private readonly StagingWork _work;
    private readonly Asker _asker;
    private readonly CancellationTokenSource _stopping;
    private readonly DateTimeOffset _begunAt;
    private bool _hasEnded;

    protected JobActor(StagingWork work, Asker asker, CancellationToken cancellation)
    {
        (_work, _asker) = (work, asker);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _begunAt = work.Settings.Time.GetUtcNow();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>For the question to a store: it answers here, by the deadline of the job.</summary>
    protected Asker OwnAsker => _asker with { ReplyTo = Self };

    /// <summary>What a trace calls the work.</summary>
    protected virtual string SpanName => "stage";

    /// <summary>What was not done when the deadline passes, as a whole sentence without its end.</summary>
    protected abstract string Undone { get; }

    /// <summary>Asks the first question.</summary>
    protected abstract void Begin();

    /// <summary>A store's answer that is no refusal.</summary>
    protected abstract void OnAnswer(IReply answer);

    /// <summary>The work is done.</summary>
    protected abstract void OnResult(object result);

    /// <summary>The work was done too late: what it made goes.</summary>
    protected virtual void Discard(object result)
    {
    }

    /// <summary>The deadline passes while the commit is on its way.</summary>
    protected virtual void OnLateCommit()
    {
    }

    /// <summary>Messages that are neither answers nor results, in any state.</summary>
    protected virtual void OnOther(object message) => Unhandled(message);

    /// <summary>The one answer.</summary>
    protected virtual void Answer(IReply reply) => _asker.ReplyTo.Tell(reply);

    protected override void PreStart()
    {
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, _asker.TimeLeft(_work.Settings.Time));
        Begin();
    }

    protected override void OnReceive(object message) => Asking(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the job was stopped")));
    }

    /// <summary>Runs on one of the threads for work that blocks.</summary>
    protected void Work(Func<CancellationToken, object> work)
    {
        Become(Working);
        try
        {
            var stopping = _stopping.Token;
            _work.Threads.Run(() => RunTraced(work, stopping)).PipeTo(Self, success: result => new Worked(result));
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    /// <summary>On the thread that the job has waited for.</summary>
    private object RunTraced(Func<CancellationToken, object> work, CancellationToken stopping)
    {
        var now = _work.Settings.Time.GetUtcNow();
        Telemetry.RecordPhase("queue", now - _begunAt);
        Telemetry.Span("queue", _asker.TraceParent, _begunAt, now);
        using var span = Telemetry.Begin(SpanName, _asker.TraceParent);
        return work(stopping);
    }

    /// <summary>Only the store knows what became of it from now on.</summary>
    protected void Commit(IActorRef to, object commit)
    {
        Become(Committing);
        to.Tell(commit);
    }

    protected void End(IReply reply)
    {
        Tell(reply);
        Context.Stop(Self);
    }

    private void Asking(object message)
    {
        switch (message)
        {
            case Refused refused: End(refused); break;
            case DeadlineTick: End(TooLate); break;
            case IReply answer: OnAnswer(answer); break;
            default: OnOther(message); break;
        }
    }

    private void Working(object message)
    {
        switch (message)
        {
            case Worked worked: OnResult(worked.Result); break;
            case Status.Failure failure: End(new Refused(StorageError.From(failure.Cause))); break;
            case DeadlineTick: OnDeadlineTick(); break;
            default: OnOther(message); break;
        }
    }

    private void Abandoned(object message)
    {
        switch (message)
        {
            case Worked worked: OnWorkedTooLate(worked); break;
            case Status.Failure: Context.Stop(Self); break;
            default: OnOther(message); break;
        }
    }

    private void Committing(object message)
    {
        switch (message)
        {
            case Refused refused: End(refused); break;
            case IReply answer: OnAnswer(answer); break;
            case DeadlineTick: OnLateCommit(); break;
            default: OnOther(message); break;
        }
    }

    private void OnDeadlineTick()
    {
        _stopping.Cancel();
        Become(Abandoned);
        Tell(TooLate);
    }

    private void OnWorkedTooLate(Worked worked)
    {
        Discard(worked.Result);
        Context.Stop(Self);
    }

    private Refused TooLate =>
        new(new StorageError(StorageErrorKind.Cancelled, $"{Undone} before the deadline"));

    private void Tell(IReply reply)
    {
        _hasEnded = true;
        Answer(reply);
    }

    private sealed record Worked(object Result) : ILocalMessage;
}
