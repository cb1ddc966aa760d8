// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using ActorStorage.Staging;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage;

/// <summary>
/// Owns one root and storage.lock; opens the root, then creates the stores from right to left, so that each knows only
/// those on its right: reaper, containers, images, layers, then those who work outside the locks.
/// </summary>
/// <remarks>
/// Its supervisor must stop it when it crashes, and may start another one when it has ended. A restart would remove the
/// temp directories before the children that work in them have ended.
/// </remarks>
public sealed class StorageActor : UntypedActor, IWithTimers
{
    /*
     *   Opening --Opened--> Recovering --RecoverLayersOk or Refused--> Ready
     *      |
     *      +--Status.Failure--> Failed: every request is told why
     *
     *   Any --Terminated: a store crashed too often--> Failed
     *
     *   Ready --MountLayer, UnmountLayer, Shutdown--> storage.lock free?  yes: Walking
     *                                                 no: WaitingForLock --LockGranted--> Walking
     *   Walking --the layer store's answer--> unlock, answer, Ready
     */
    private const int RestartsMax = 10;
    private static readonly TimeSpan RestartsWithin = TimeSpan.FromMinutes(1);

    // They wait for more than a lock, and so for as long as they say themselves, and as a timer can count.
    private static readonly TimeSpan EarlyWaitMax = TimeSpan.FromDays(20);
    private readonly IDisk _disk;
    private StorageSettings _settings;
    private readonly DiskThreads _opening = new("opening", threadsMax: 1, queueMax: 1);
    private readonly DiskThreads _stagers;
    private readonly DiskThreads _reapers;
    private readonly StagingArea _area;
    private readonly WaitingRequests<StorageProtocol.IWalk> _walks;
    private readonly WaitingRequests<IRequest> _early;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private StoreLock? _lock;
    private StorageProtocol.IWalk? _walking;
    private Task<OpenedRoot>? _opened;
    private OpenedRoot? _root;
    private ContainerStoreRef _containers;
    private ImageStoreRef _images;
    private LayerStoreRef _layers;
    private InspectionRef _inspection;
    private StagingRef _staging;
    private StorageError? _failure;

    public static Props Props(StorageSettings settings, IDisk? disk = null) =>
        Akka.Actor.Props.Create(() => new StorageActor(settings, disk))
            .WithDispatcher("actor-storage.store-dispatcher");

    public StorageActor(StorageSettings settings, IDisk? disk)
    {
        (_disk, _settings) = (disk ?? new LinuxDisk(), settings);
        _area = new StagingArea(_disk, settings.Paths);
        _stagers = new DiskThreads("stager", settings.StagersMax, settings.StagingQueueMax);
        _reapers = new DiskThreads("reaper", settings.ReapersMax, settings.ReapingQueueMax);
        _walks = new WaitingRequests<StorageProtocol.IWalk>(
            settings.StoreQueueMax, settings.LockWaitMax, settings.Time);
        _early = new WaitingRequests<IRequest>(settings.StoreQueueMax, EarlyWaitMax, settings.Time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // A store that crashed starts anew from what stands on disk; what waited for it is refused by its last word.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(RestartsMax, RestartsWithin, _ => Directive.Restart);

    protected override void PreStart()
    {
        Become(Opening);
        var (disk, settings, stopping) = (_disk, _settings, _stopping.Token);
        _opened = _opening.Run(() => OpenedRoot.Open(disk, settings, stopping));
        _opened.PipeTo(Self);
    }

    protected override void OnReceive(object message) => Opening(message);

    protected override void PostStop()
    {
        var stopping = new Refused(new StorageError(StorageErrorKind.Cancelled, "the engine is stopping"));
        foreach (var request in _early.TakeAll().Concat(TakeWalks())) request.Asker.ReplyTo.Tell(stopping);
        _lock?.Dispose();
        _stopping.Cancel();
        // Nobody may work in the temp directories any more when they go, nor in the home. Whoever does not come back
        // from a read, say of a pipe that nobody fills, finds its handles closed when it does.
        foreach (var threads in (DiskThreads[])[_opening, _stagers, _reapers]) threads.Dispose();
        foreach (var threads in (DiskThreads[])[_opening, _stagers, _reapers]) threads.Join(_settings.StopWaitMax);
        // A root that was opened too late is in no message that anybody reads.
        if (_opened is { IsCompletedSuccessfully: true } opened) opened.GetAwaiter().GetResult().Dispose();
        _area.Dispose();
        _stopping.Dispose();
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case OpenedRoot root: OnOpened(root); break;
            case Status.Failure failure: OnOpeningFailed(failure.Cause); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case IRequest request: Keep(request); break;
            default: Unhandled(message); break;
        }
    }

    private void Recovering(object message)
    {
        switch (message)
        {
            case LayerProtocol.RecoverLayersOk: OnReady(); break;
            case Refused refused: OnNotRecovered(refused); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case Terminated ended: OnChildEnded(ended); break;
            case IRequest request: Keep(request); break;
            default: Unhandled(message); break;
        }
    }

    private void Failed(object message)
    {
        switch (message)
        {
            case IRequest request: request.Asker.ReplyTo.Tell(new Refused(_failure!)); break;
            case Terminated or DeadlineTick: break;
            default: Unhandled(message); break;
        }
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case StorageProtocol.GetAddresses or StorageProtocol.GetStatus: Answer((IRequest)message); break;
            case StorageProtocol.IWalk walk: OnWalk(walk); break;
            case LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            case IRequest request: RefOf(request).Tell(request); break;
            case Terminated ended: OnChildEnded(ended); break;
            case DeadlineTick: OnDeadlineTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void WaitingForLock(object message)
    {
        switch (message)
        {
            case LockGranted granted: OnLockGranted(granted); break;
            case StorageProtocol.IWalk walk: Queue(walk); break;
            default: Ready(message); break;
        }
    }

    private void Walking(object message)
    {
        switch (message)
        {
            case IReply reply: OnWalked(reply); break;
            case StorageProtocol.IWalk walk: Queue(walk); break;
            default: Ready(message); break;
        }
    }

    private void OnOpened(OpenedRoot root)
    {
        _root = root;
        _settings = _settings with { Paths = root.Paths };
        try
        {
            _lock = new StoreLock(_settings.Paths.StorageLock, Self, _settings.Time);
        }
        catch (StorageException cause)
        {
            OnOpeningFailed(cause);
            return;
        }
        CreateStores(root);
        if (!root.NeedsRecovery)
        {
            OnReady();
            return;
        }
        Become(Recovering);
        _layers.Ref.Tell(new LayerProtocol.RecoverLayers(new Asker(Self, Deadline(_settings.OpenWaitMax))));
    }

    /// <summary>From right to left, so that each gets the addresses on its right and no others.</summary>
    private void CreateStores(OpenedRoot root)
    {
        var reaper = new ReaperRef(Context.ActorOf(ReaperActor.Props(_disk, _reapers), "reaper"));
        _containers = new ContainerStoreRef(Context.ActorOf(
            ContainerStoreActor.Props(reaper, _disk, _area, _settings), "containers"));
        _images = new ImageStoreRef(Context.ActorOf(
            ImageStoreActor.Props(_containers, reaper, _disk, _area, _settings), "images"));
        _layers = new LayerStoreRef(Context.ActorOf(
            LayerStoreActor.Props(_images, _containers, reaper, _disk, root.Driver, _area, _settings), "layers"));
        var work = new StagingWork(reaper, _disk, root.Driver, _area, _settings, _stagers);
        _inspection = new InspectionRef(Context.ActorOf(InspectionActor.Props(_layers, work), "inspection"));
        _staging = new StagingRef(Context.ActorOf(
            StagingActor.Props(_layers, _images, _containers, work), "staging"));
        foreach (var child in (IActorRef[])[
            reaper.Ref, _containers.Ref, _images.Ref, _layers.Ref, _inspection.Ref, _staging.Ref])
        {
            Context.Watch(child);
        }
    }

    private void OnOpeningFailed(Exception cause)
    {
        _failure = StorageError.From(cause);
        _log.Error(cause, "Root {GraphRoot} cannot be opened: {Reason}", _settings.Paths.GraphRoot, _failure.Message);
        Become(Failed);
        foreach (var request in _early.TakeAll()) Failed(request);
    }

    private void OnNotRecovered(Refused refused)
    {
        _log.Warning("What a killed engine left in {GraphRoot} stays: {Reason}",
            _settings.Paths.GraphRoot, refused.Error.Message);
        OnReady();
    }

    private void OnReady()
    {
        Become(Ready);
        foreach (var request in _early.TakeAll()) Self.Tell(request);
    }

    private void Keep(IRequest request)
    {
        if (!_early.IsFull)
        {
            _early.Add(request);
            ScheduleExpiry();
            return;
        }
        request.Asker.ReplyTo.Tell(new Refused(new StorageError(
            StorageErrorKind.Busy, $"{_early.Count} requests wait for the root to open already")));
    }

    private void Answer(IRequest request) => request.Asker.ReplyTo.Tell(request switch
    {
        StorageProtocol.GetAddresses => new StorageProtocol.GetAddressesOk(_staging, _layers, _images, _containers),
        _ => new StorageProtocol.GetStatusOk(Status()),
    });

    private StorageStatus Status() => new(
        _settings.Paths.GraphRoot, _settings.Paths.RunRoot, _settings.Paths.Driver, _settings.DriverOptions,
        _root!.Driver.Status(_root.BackingFileSystem));

    private IActorRef RefOf(IRequest request) => request switch
    {
        StagingProtocol.IStagingCommand => _staging.Ref,
        InspectionProtocol.IInspection => _inspection.Ref,
        ImageProtocol.IImageCommand or ImageProtocol.IImageQuery => _images.Ref,
        ContainerProtocol.IContainerCommand or ContainerProtocol.IContainerQuery => _containers.Ref,
        _ => _layers.Ref,
    };

    private void OnGetLockStatistics(LayerProtocol.GetLockStatistics get) =>
        _layers.Ref.Tell(get with { FromTheLeft = [_lock!.Statistics()] });

    private void OnWalk(StorageProtocol.IWalk walk)
    {
        Queue(walk);
        NextWalk();
    }

    private void Queue(StorageProtocol.IWalk walk)
    {
        if (!_walks.IsFull)
        {
            _walks.Add(walk);
            ScheduleExpiry();
            return;
        }
        Refuse(walk, new StorageError(
            StorageErrorKind.Busy, $"{_walks.Count} requests wait for storage.lock already"));
    }

    private void NextWalk()
    {
        RefuseExpired();
        if (_walks.Count == 0)
        {
            Become(Ready);
        }
        else if (_lock!.Request(LockMode.Exclusive))
        {
            Walk();
        }
        else
        {
            Become(WaitingForLock);
            ScheduleExpiry();
        }
    }

    private void OnLockGranted(LockGranted granted)
    {
        if (granted.Lock != _lock) return;
        _lock.OnGranted(granted);
        if (granted.Failure is { } failure)
        {
            foreach (var walk in TakeWalks()) Refuse(walk, StorageError.From(failure));
            Become(Ready);
            return;
        }
        RefuseExpired();
        if (_walks.Count > 0) Walk();
        else Unlock();
    }

    /// <summary>The first step to the right: storage.lock is kept until the layer store has answered.</summary>
    private void Walk()
    {
        Become(Walking);
        var walk = _walking = _walks.Take();
        var asker = walk.Asker with { ReplyTo = Self };
        _layers.Ref.Tell(walk switch
        {
            StorageProtocol.MountLayer mount =>
                new LayerProtocol.MountLayerWhileHeld(
                    mount.Layer, mount.OrContainer, mount.ReadOnly, mount.MountLabel, asker),
            StorageProtocol.UnmountLayer unmount =>
                new LayerProtocol.UnmountLayerWhileHeld(unmount.Layer, unmount.OrContainer, unmount.Force, asker),
            StorageProtocol.Shutdown shutdown => new LayerProtocol.ReleaseMountsWhileHeld(shutdown.Force, asker),
            _ => throw new InvalidOperationException($"{walk.GetType().Name} is no walk"),
        });
    }

    private void OnWalked(IReply reply)
    {
        var walk = _walking!;
        _walking = null;
        if (walk is StorageProtocol.Shutdown && reply is LayerProtocol.ReleaseMountsOk) reply = UnmountHome();
        walk.Asker.ReplyTo.Tell(reply);
        Unlock();
    }

    private void Unlock()
    {
        _lock!.Release();
        NextWalk();
    }

    private IReply UnmountHome()
    {
        try
        {
            // The token first: whoever sees it knows that the mount is about to go.
            _lock!.File.WriteToken(LockToken.New(_settings.Time));
            _root!.Driver.UnmountHome();
            return new StorageProtocol.ShutdownOk();
        }
        catch (StorageException cause)
        {
            return new Refused(cause.Error);
        }
    }

    private List<StorageProtocol.IWalk> TakeWalks()
    {
        List<StorageProtocol.IWalk> all = [.. _walks.TakeAll()];
        if (_walking is { } walking) all.Insert(0, walking);
        _walking = null;
        return all;
    }

    /// <summary>One that crashed again and again: what needs it would never be answered. The others end too: their
    /// neighbours may wait for what it will not say any more, with their locks held.</summary>
    private void OnChildEnded(Terminated ended)
    {
        _failure = new StorageError(
            StorageErrorKind.Poisoned, $"{ended.ActorRef.Path.Name} of {_settings.Paths.GraphRoot} failed too often");
        _log.Error("{Reason}", _failure.Message);
        Become(Failed);
        foreach (var child in Context.GetChildren()) Context.Stop(child);
        foreach (var request in _early.TakeAll().Concat(TakeWalks())) Refuse(request, _failure);
        // Held or waited for: it goes back.
        _lock!.Dispose();
    }

    private void OnDeadlineTick()
    {
        RefuseExpired();
        ScheduleExpiry();
    }

    private void ScheduleExpiry()
    {
        // Either waits only while the other cannot.
        if ((_early.EarliestDeadline ?? _walks.EarliestDeadline) is not { } deadline) return;
        var remaining = deadline - _settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }

    private void RefuseExpired()
    {
        var now = _settings.Time.GetUtcNow();
        foreach (var early in _early.TakeExpired(now)) Refuse(early, new StorageError(
            StorageErrorKind.Cancelled, $"{_settings.Paths.GraphRoot} was not open before the deadline"));
        if (!_walks.HasExpired(now)) return;
        // Before they are taken out: whatever happens, those that wait are owed an answer.
        var locked = _lock!.Expired(byWalk: _walking is not null);
        foreach (var walk in _walks.TakeExpired(now)) Refuse(walk, locked);
    }

    private static void Refuse(IRequest request, StorageError error) => request.Asker.ReplyTo.Tell(new Refused(error));

    private DateTimeOffset Deadline(TimeSpan timeout) => _settings.Time.GetUtcNow() + timeout;
}
