// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Layers;

/// <summary>
/// Owns layers.lock and the layer index. Requests that need the lock wait together and are served in one hold: all
/// renames, one index write. Queries are answered from memory while the lock file's token says that nobody has written.
/// </summary>
internal sealed class LayerStoreActor : UntypedActor, IWithTimers
{
    /*
     *   Ready --a command, or a query on an old picture--> lock free?  yes: serve in this hold, stay Ready
     *                                                       no: WaitingForLock --LockGranted--> serve, Ready
     *   A failure that leaves the picture in doubt drops it: the next request reloads before anything else.
     */
    private readonly LayerRoot _root;
    private readonly StorageSettings _settings;
    private readonly StoreLock _lock;
    private readonly LayerReader _reader;
    private readonly LayerWriter _writer;
    private readonly WaitingRequests<LayerProtocol.ILayerQuery> _queries;
    private readonly WaitingRequests<LayerProtocol.ILayerCommand> _commands;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isDrainDue;
    private DateTimeOffset _nextDeadline = DateTimeOffset.MaxValue;

    public static Props Props(
        ReaperRef reaper, IDisk disk, ILayerDriver driver, StagingArea area, StorageSettings settings) =>
        Akka.Actor.Props.Create(() => new LayerStoreActor(reaper, disk, driver, area, settings))
            .WithDispatcher("actor-storage.store-dispatcher");

    public LayerStoreActor(
        ReaperRef reaper, IDisk disk, ILayerDriver driver, StagingArea area, StorageSettings settings)
    {
        _settings = settings;
        _root = new LayerRoot(disk, settings.Paths, driver, area, settings.Time)
        {
            ReadOnlyLockWaitMax = settings.RightWaitMax,
        };
        _lock = new StoreLock(
            settings.Paths.LayersLock, Self, settings.Time, settings.Paths.ImageStoreLayersLock);
        _reader = new LayerReader(_root);
        _writer = new LayerWriter(_root, reaper, settings);
        _queries = new WaitingRequests<LayerProtocol.ILayerQuery>(
            settings.LayerQueueMax, settings.LockWaitMax, settings.Time);
        _commands = new WaitingRequests<LayerProtocol.ILayerCommand>(
            settings.LayerQueueMax, settings.LockWaitMax, settings.Time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message) => Ready(message);

    protected override void PostStop()
    {
        RefuseAll(new StorageError(StorageErrorKind.Cancelled, "the engine is stopping"));
        _lock.Dispose();
        _root.Dispose();
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case LayerProtocol.ILayerQuery query: OnQuery(query); break;
            case LayerProtocol.ILayerCommand command: OnCommand(command); break;
            case DrainTick: OnDrainTick(); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            default: Unhandled(message); break;
        }
    }

    private void WaitingForLock(object message)
    {
        switch (message)
        {
            case LockGranted granted: OnLockGranted(granted); break;
            case LayerProtocol.ILayerQuery query: OnQuery(query); break;
            case LayerProtocol.ILayerCommand command: OnCommand(command); break;
            case DrainTick: _isDrainDue = false; break;
            case DeadlineTick: OnDeadlineTick(); break;
            case LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            default: Unhandled(message); break;
        }
    }

    private void OnQuery(LayerProtocol.ILayerQuery query)
    {
        try
        {
            if (_root.IsCurrent(_lock.File)) Answer(query);
            else Enqueue(_queries, query);
        }
        catch (Exception cause)
        {
            Reply(query, new Refused(StorageError.From(cause)));
        }
    }

    private void OnCommand(LayerProtocol.ILayerCommand command) => Enqueue(_commands, command);

    private void Enqueue<T>(WaitingRequests<T> waiting, T request)
        where T : IRequest
    {
        if (waiting.IsFull)
        {
            Reply(request, new Refused(new StorageError(
                StorageErrorKind.Busy, $"{waiting.Count} requests wait for {_lock.File.Path} already")));
            return;
        }
        var until = waiting.Add(request);
        if (_lock.IsWaiting) ScheduleDeadline(until);
        // Everything that is in the mailbox already comes before this tick, and so shares the hold.
        else ScheduleDrain();
    }

    private void OnDrainTick()
    {
        _isDrainDue = false;
        WantLock(_commands.Count > 0 ? LockMode.Exclusive : LockMode.Shared);
    }

    private void WantLock(LockMode mode)
    {
        if (_commands.Count + _queries.Count == 0) return;
        if (_lock.Request(mode))
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
        if (granted.Lock != _lock) return;
        _lock.OnGranted(granted);
        Become(Ready);
        if (granted.Failure is { } failure) RefuseAll(StorageError.From(failure));
        else Serve();
    }

    /// <summary>One hold: first the picture, then the queries, then one batch of commands; unlock, then
    /// reply.</summary>
    private void Serve()
    {
        var replies = new List<(IRequest Request, IReply Reply)>();
        var needsExclusive = false;
        try
        {
            RefuseExpired();
            needsExclusive = _commands.Count + _queries.Count > 0 && !_root.Refresh(_lock.File, _lock.Held!.Value);
            if (!needsExclusive)
            {
                foreach (var query in _queries.TakeAll()) replies.Add((query, _reader.Answer(query)));
                if (_lock.Held == LockMode.Exclusive) _writer.Serve(_lock.File, _commands, replies);
            }
        }
        catch (Exception cause)
        {
            // The picture could not be loaded or repaired; nothing was changed, and the next request tries again.
            _root.Forget();
            RefuseAll(StorageError.From(cause));
        }
        finally
        {
            _lock.Release();
        }
        var notDurable = _writer.Settle();
        foreach (var (request, reply) in replies)
            Reply(request, notDurable is not null && reply is LayerProtocol.CommitStagedLayerOk ? notDurable : reply);
        if (needsExclusive) WantLock(LockMode.Exclusive);
        else if (_commands.Count > 0) ScheduleDrain();
    }

    private void Answer(LayerProtocol.ILayerQuery query) => Reply(query, _reader.Answer(query));

    private void OnDeadlineTick()
    {
        RefuseExpired();
        if (_lock.IsWaiting) ScheduleEarliestDeadline();
    }

    private void RefuseExpired()
    {
        var now = _settings.Time.GetUtcNow();
        IRequest[] expired = [.. _queries.TakeExpired(now), .. _commands.TakeExpired(now)];
        if (expired.Length == 0) return;
        var locked = new Refused(_lock.Expired());
        _log.Warning("{Count} requests expired: {Reason}", expired.Length, locked.Error.Message);
        foreach (var request in expired) Reply(request, locked);
    }

    private void RefuseAll(StorageError error)
    {
        IRequest[] waiting = [.. _queries.TakeAll(), .. _commands.TakeAll()];
        foreach (var request in waiting) Reply(request, new Refused(error));
    }

    private void Reply(IRequest request, IReply reply)
    {
        if (reply is Refused && request is LayerProtocol.CommitStagedLayer refused)
            _writer.Discard(refused.Commit.Staged);
        request.Asker.ReplyTo.Tell(reply);
    }

    private void OnGetLockStatistics(LayerProtocol.GetLockStatistics get) =>
        Reply(get, new LayerProtocol.GetLockStatisticsOk(
            [.. get.FromTheLeft, _lock.Statistics(), _root.MountPointsMeter.Snapshot()]));

    private void ScheduleDrain()
    {
        if (_isDrainDue) return;
        _isDrainDue = true;
        Self.Tell(DrainTick.Instance);
    }

    private void ScheduleEarliestDeadline()
    {
        _nextDeadline = DateTimeOffset.MaxValue;
        if (_queries.EarliestDeadline is { } query) ScheduleDeadline(query);
        if (_commands.EarliestDeadline is { } command) ScheduleDeadline(command);
    }

    private void ScheduleDeadline(DateTimeOffset deadline)
    {
        if (deadline >= _nextDeadline) return;
        _nextDeadline = deadline;
        var remaining = deadline - _settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }

    private sealed record DrainTick : ILocalMessage
    {
        public static readonly DrainTick Instance = new();
    }
}
