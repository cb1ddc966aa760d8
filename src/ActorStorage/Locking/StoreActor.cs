// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>
/// What all stores have in common: a lock file, an index in memory, requests that wait together and are served in one
/// hold of the lock, and walks to the right that keep the lock until the answer is back.
/// </summary>
/// <typeparam name="TQuery">Answered from memory, without the lock while nobody has written since the last
/// look.</typeparam>
/// <typeparam name="TCommand">Served under the lock, in the order in which they came.</typeparam>
internal abstract partial class StoreActor<TQuery, TCommand> : UntypedActor, IWithTimers
    where TQuery : class, IRequest
    where TCommand : class, IRequest
{
    /*
     *   Ready --a command, or a query on an old picture--> prepare what can be; lock free?  yes: serve in this hold
     *                                                       no: WaitingForLock --LockGranted--> serve
     *   serve --a walk is next--> Walking, lock held --Answered--> walk on, or unlock and Ready
     *   serve --nothing asks the right--> unlock, Ready
     *   LookAgain, and somebody else has written --> as a query
     *   A failure that leaves the picture in doubt drops it: the next request reloads before anything else, and while
     *   that fails every request is refused as Poisoned, and the disk asked no more often than the back-off says.
     *
     *   Closed, every request refused --ReopenTick: lock file and directories opened--> Ready
     *   A life begins there after a crash, and goes there when something cannot be opened.
     */
    private readonly WaitingRequests<TQuery> _queries;
    private readonly WaitingRequests<TCommand> _commands;
    private readonly List<(TCommand Command, DateTimeOffset Since, IReply Reply)> _replies = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly EventStream _events = Context.System.EventStream;
    private (TCommand Command, DateTimeOffset Since, WalkQuestion Question, Func<IReply, Step> Then)? _walk;
    private bool _isDrainDue;

    /// <param name="backOff">The same for every life of this actor.</param>
    /// <param name="nextLockPath">The second lock file of a store in two places.</param>
    /// <param name="pictures">As what its records go into the history; null when it has none.</param>
    protected StoreActor(
        StorageSettings settings, BackOff backOff, string lockPath, string? nextLockPath = null,
        StoreKind? pictures = null)
    {
        if (pictures is { } kind && settings.Journal is { } journal)
            _trail = new PictureTrail(kind, journal.Pictures, settings.Time);
        Settings = settings;
        (_backOff, _lockPath, _nextLockPath) = (backOff, lockPath, nextLockPath);
        _queries = new WaitingRequests<TQuery>(settings.StoreQueueMax, settings.LockWaitMax, settings.Time);
        _commands = new WaitingRequests<TCommand>(settings.StoreQueueMax, settings.LockWaitMax, settings.Time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected StorageSettings Settings { get; }

    /// <summary>Not while it is closed.</summary>
    protected StoreLock Lock { get; private set; } = null!;

    // What a store must say of itself.

    /// <summary>Opens what it keeps open, when there is a lock.</summary>
    protected abstract void Open();

    /// <summary>Closes it.</summary>
    protected abstract void Close();

    /// <summary>Whether the index in memory is what stands on disk; asked without the lock.</summary>
    protected abstract bool IsCurrent();

    /// <summary>Loads the index if need be. False when it must be repaired and the lock is only shared.</summary>
    protected abstract bool Refresh(LockMode held);

    /// <summary>False after a failure in the middle of an index write: nobody knows what stands on disk.</summary>
    protected abstract bool IsLoaded { get; }

    /// <summary>The index in memory; null when it is not loaded.</summary>
    protected virtual RecordPicture? Picture => null;

    /// <summary>Drops the index in memory: nobody knows whether it is right.</summary>
    protected abstract void Forget();

    /// <summary>Answers from the index in memory. What it throws is this one asker's answer and nobody else's
    /// trouble.</summary>
    protected abstract IReply Answer(TQuery query);

    /// <summary>How the lock must be held for the command.</summary>
    protected virtual LockMode ModeOf(TCommand command) => LockMode.Exclusive;

    /// <summary>Whether the command may share one index write with its neighbours in the queue.</summary>
    protected abstract bool IsBatched(TCommand command);

    /// <summary>Serves batched commands with one index write, one reply for each. What it throws is answered to
    /// all.</summary>
    protected abstract IReadOnlyList<IReply> ServeBatch(IReadOnlyList<TCommand> batch);

    /// <summary>Begins a command that is served alone. What it throws as a <see cref="StorageException"/> is its
    /// refusal.</summary>
    protected abstract Step Begin(TCommand command);

    /// <summary>Whether the request, which was not refused, is told what <see cref="AfterHold"/> returns: what shares a
    /// hold with a write is a write.</summary>
    protected virtual bool MustOutliveCrash(IRequest request) => true;

    /// <summary>Who answers a request in this one's place when nothing in this store answers to its text; null for
    /// nobody.</summary>
    protected virtual (IActorRef Store, IRequest Request)? NextStore(IRequest request) => null;

    /// <summary>Runs once after each hold, before any command of it is answered.</summary>
    /// <returns>Null, or what those are told whose writes stand and may be lost again.</returns>
    protected virtual Refused? AfterHold() => null;

    /// <summary>A request is refused: what it brought along is to be thrown away.</summary>
    protected virtual void OnRefused(IRequest request)
    {
    }

    protected override void OnReceive(object message) => Ready(message);

    /// <summary>Messages that are neither queries nor commands.</summary>
    protected virtual void OnOther(object message) => Unhandled(message);

    protected void Reply(IRequest request, IReply reply)
    {
        if (reply is Refused) OnRefused(request);
        request.Asker.ReplyTo.Tell(reply);
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case TQuery query: OnQuery(query); break;
            case TCommand command: Enqueue(_commands, command); break;
            case DrainTick: OnDrainTick(); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case LookAgain: OnLookAgain(); break;
            case Answered: break;       // to what another life of this actor has asked
            default: OnOther(message); break;
        }
    }

    private void WaitingForLock(object message)
    {
        switch (message)
        {
            case LockGranted granted: OnLockGranted(granted); break;
            case DrainTick: _isDrainDue = false; break;
            default: Ready(message); break;
        }
    }

    private void Walking(object message)
    {
        switch (message)
        {
            case Answered answered: OnAnswered(answered); break;
            case DrainTick: _isDrainDue = false; break;
            default: Ready(message); break;
        }
    }

    private void OnQuery(TQuery query)
    {
        try
        {
            if (IsCurrent()) Reply(query, Answer(query));
            else Enqueue(_queries, query);
        }
        catch (Exception cause)
        {
            Reply(query, new Refused(StorageError.From(cause)));
        }
    }

    private void Enqueue<T>(WaitingRequests<T> waiting, T request)
        where T : IRequest
    {
        if (Poison is { } poison)
        {
            Reply(request, new Refused(poison));
            return;
        }
        if (waiting.IsFull)
        {
            Reply(request, new Refused(new StorageError(
                StorageErrorKind.Busy, $"{waiting.Count} requests wait for {_lockPath} already")));
            return;
        }
        var until = waiting.Add(request);
        if (Lock.IsWaiting || _walk is not null) ScheduleDeadline(until);
        // Everything that is in the mailbox already comes before this tick, and so shares the hold.
        else ScheduleDrain();
    }

    private void OnDrainTick()
    {
        _isDrainDue = false;
        if (_commands.Count + _queries.Count == 0 && !_isLookDue) return;
        PrepareAhead();
        // The one at the head decides: a reader is not made to wait for the writers behind it.
        WantLock(_commands.Count > 0 ? ModeOf(_commands.First) : LockMode.Shared);
    }

    private void WantLock(LockMode mode)
    {
        _hasWaited = !Lock.Request(mode);
        if (!_hasWaited)
        {
            Serve();
            return;
        }
        Become(WaitingForLock);
        ScheduleEarliestDeadline();
    }

    private void OnLockGranted(LockGranted granted)
    {
        // What a store waited for that crashed is not this one's: it went with the old handle.
        if (granted.Lock != Lock) return;
        Lock.OnGranted(granted);
        Become(Ready);
        if (granted.Failure is { } failure) RefuseAll(StorageError.From(failure));
        else Serve();
    }

    /// <summary>One hold: first the picture, then the queries, then commands until the hold is long enough or one of
    /// them walks.</summary>
    private void Serve()
    {
        try
        {
            RefuseExpired();
            if (_commands.Count + _queries.Count > 0 || _isLookDue)
            {
                FindContention();
                if (!Refresh(Lock.Held!.Value))
                {
                    Lock.Release();
                    WantLock(LockMode.Exclusive);
                    return;
                }
                OnLoaded();
                _isLookDue = false;
                if (Picture is { } loaded) _trail?.NoteLoaded(loaded);
                // They change nothing, and must not wait for a walk that the commands behind them may begin.
                foreach (var query in _queries.TakeAll()) Reply(query, AnswerOrRefuse(query));
                if (ServeCommands()) return;
            }
        }
        catch (Exception cause)
        {
            // The picture could not be loaded or repaired; nothing was changed, and the next request tries again.
            _isLookDue = false;
            Forget();
            RefuseAll(NotLoaded(StorageError.From(cause)));
        }
        EndHold();
    }

    /// <returns>Whether a walk has begun: the hold goes on.</returns>
    private bool ServeCommands()
    {
        var served = ServeAhead();
        // Those behind are prepared as well when the lock is free; who had to wait for it keeps it for them.
        if (served > 0 && !(_hasWaited && IsLoaded)) return false;
        while (served < Settings.StoreBatchMax && _commands.Count > 0)
        {
            if (ModeOf(_commands.First) == LockMode.Exclusive && Lock.Held != LockMode.Exclusive) return false;
            // Those whose writes are done are not made to wait for a walk: it gets a hold of its own.
            if (!IsBatched(_commands.First)) return served == 0 && Run(_commands.Take(out var at), at);
            var batch = new List<TCommand>();
            var since = new List<DateTimeOffset>();
            while (served + batch.Count < Settings.StoreBatchMax && _commands.Count > 0 && IsBatched(_commands.First))
            {
                batch.Add(_commands.Take(out var added));
                since.Add(added);
            }
            served += batch.Count;
            Lock.Serve(batch);
            var answers = ServeOrRefuse(batch, ServeBatch);
            for (var i = 0; i < batch.Count; i++) _replies.Add((batch[i], since[i], answers[i]));
            if (!IsLoaded) return false;
        }
        return false;
    }

    private IReply AnswerOrRefuse(TQuery query)
    {
        try
        {
            return Answer(query);
        }
        catch (Exception cause)
        {
            return new Refused(StorageError.From(cause));
        }
    }

    /// <summary>Every command is owed an answer, also after a failure that nobody thought of.</summary>
    private IReadOnlyList<IReply> ServeOrRefuse(
        IReadOnlyList<TCommand> batch, Func<IReadOnlyList<TCommand>, IReadOnlyList<IReply>> serve)
    {
        try
        {
            return serve(batch);
        }
        catch (Exception cause)
        {
            Forget();
            return [.. batch.Select(_ => new Refused(StorageError.From(cause)))];
        }
    }

    private bool Run(TCommand command, DateTimeOffset since)
    {
        Lock.Serve([command]);
        return Proceed(command, since, Attempt(() => Begin(command)));
    }

    private void OnAnswered(Answered answered)
    {
        var (command, since, question, then) = _walk!.Value;
        if (answered.Question != question) return;
        _walk = null;
        if (Proceed(command, since, Attempt(() => then(answered.Reply)))) return;
        Become(Ready);
        EndHold();
    }

    /// <returns>Whether the right was asked.</returns>
    private bool Proceed(TCommand command, DateTimeOffset since, Step step)
    {
        if (step is Step.Ask ask)
        {
            var question = new WalkQuestion(Self);
            _walk = (command, since, question, ask.Then);
            Become(Walking);
            var until = Settings.Time.GetUtcNow() + Settings.RightWaitMax;
            ask.Right.Tell(ask.Request(new Asker(question, until) { TraceParent = command.Asker.TraceParent }));
            // Those that came before the lock was taken have no timer yet.
            ScheduleEarliestDeadline();
            return true;
        }
        _replies.Add((command, since, ((Step.End)step).Reply));
        return false;
    }

    private Step Attempt(Func<Step> step)
    {
        try
        {
            return step();
        }
        catch (StorageException refused)
        {
            return Step.Of(new Refused(refused.Error));
        }
        catch (Exception cause)
        {
            Forget();
            return Step.Of(new Refused(StorageError.From(cause)));
        }
    }

    /// <summary>Unlocks, does what need not be done under the lock, then replies.</summary>
    private void EndHold()
    {
        Lock.Release();
        _trail?.NoteWritten(Picture);
        var notDurable = AfterHold();
        if (!IsLoaded && _replies.Count > 0) OnLeftInDoubt();
        Trace();
        _trail?.HandOn();
        foreach (var (command, _, reply) in _replies)
        {
            if (reply is Refused { Error.Kind: StorageErrorKind.NotFound } && NextStore(command) is var (store, next))
                store.Tell(next);
            else
                Reply(command, reply is Refused || !MustOutliveCrash(command) ? reply : notDurable ?? reply);
        }
        _replies.Clear();
        if (_commands.Count + _queries.Count > 0) ScheduleDrain();
    }

    private void ScheduleDrain()
    {
        if (_isDrainDue || Lock.IsWaiting || _walk is not null) return;
        _isDrainDue = true;
        Self.Tell(DrainTick.Instance);
    }

    private sealed record DrainTick : ILocalMessage
    {
        public static readonly DrainTick Instance = new();
    }
}
