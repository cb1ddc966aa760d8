// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Graph;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using ActorStorage.Staging;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage;

/// <summary>
/// Owns one root: opens it, then creates the stores from right to left, so that each knows only those on its right:
/// reaper, containers, images, layers, graph, then those who work outside the locks. Hands on what it is told.
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
    private readonly WaitingRequests<IRequest> _early;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Task<OpenedRoot>? _opened;
    private ContainerStoreRef _containers;
    private ImageStoreRef _images;
    private LayerStoreRef _layers;
    private GraphRef _graph;
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
        foreach (var request in _early.TakeAll()) request.Asker.ReplyTo.Tell(stopping);
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
            case Terminated or DeadlineTick or LookTick: break;
            default: Unhandled(message); break;
        }
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case StorageProtocol.GetAddresses get: OnGetAddresses(get); break;
            case IRequest request: RefOf(request).Tell(request); break;
            case Terminated ended: OnChildEnded(ended); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case LookTick: OnLookTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void OnOpened(OpenedRoot root)
    {
        _settings = _settings with { Paths = root.Paths };
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
        _graph = new GraphRef(Context.ActorOf(
            GraphActor.Props(_layers, root.Driver, root.BackingFileSystem, _settings), "graph"));
        var work = new StagingWork(reaper, _disk, root.Driver, _area, _settings, _stagers);
        _inspection = new InspectionRef(Context.ActorOf(InspectionActor.Props(_layers, work), "inspection"));
        _staging = new StagingRef(Context.ActorOf(
            StagingActor.Props(_layers, _images, _containers, work), "staging"));
        foreach (var child in (IActorRef[])[
            reaper.Ref, _containers.Ref, _images.Ref, _layers.Ref, _graph.Ref, _inspection.Ref, _staging.Ref])
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
        if (_settings.Pictures is null) return;
        Timers.StartPeriodicTimer(nameof(LookTick), LookTick.Instance, TimeSpan.Zero, _settings.LookInterval);
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

    private void OnGetAddresses(StorageProtocol.GetAddresses get) => get.Asker.ReplyTo.Tell(
        new StorageProtocol.GetAddressesOk(_staging, _layers, _images, _containers));

    private IActorRef RefOf(IRequest request) => request switch
    {
        StorageProtocol.IStorageRequest or LayerProtocol.GetLockStatistics => _graph.Ref,
        StagingProtocol.IStagingCommand => _staging.Ref,
        InspectionProtocol.IInspection => _inspection.Ref,
        ImageProtocol.IImageCommand or ImageProtocol.IImageQuery => _images.Ref,
        ContainerProtocol.IContainerCommand or ContainerProtocol.IContainerQuery => _containers.Ref,
        _ => _layers.Ref,
    };

    /// <summary>One that crashed again and again: what needs it would never be answered. The others end too: their
    /// neighbours may wait for what it will not say any more, with their locks held.</summary>
    private void OnChildEnded(Terminated ended)
    {
        _failure = new StorageError(
            StorageErrorKind.Poisoned, $"{ended.ActorRef.Path.Name} of {_settings.Paths.GraphRoot} failed too often");
        _log.Error("{Reason}", _failure.Message);
        Become(Failed);
        foreach (var child in Context.GetChildren()) Context.Stop(child);
        foreach (var request in _early.TakeAll()) Refuse(request, _failure);
    }

    private void OnDeadlineTick()
    {
        RefuseExpired();
        ScheduleExpiry();
    }

    private void OnLookTick()
    {
        foreach (var store in (IActorRef[])[_layers.Ref, _images.Ref, _containers.Ref]) store.Tell(LookAgain.Instance);
    }

    private void ScheduleExpiry()
    {
        if (_early.EarliestDeadline is not { } deadline) return;
        var remaining = deadline - _settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }

    private void RefuseExpired()
    {
        var now = _settings.Time.GetUtcNow();
        foreach (var early in _early.TakeExpired(now)) Refuse(early, new StorageError(
            StorageErrorKind.Cancelled, $"{_settings.Paths.GraphRoot} was not open before the deadline"));
    }

    private static void Refuse(IRequest request, StorageError error) => request.Asker.ReplyTo.Tell(new Refused(error));

    private DateTimeOffset Deadline(TimeSpan timeout) => _settings.Time.GetUtcNow() + timeout;

    private sealed record LookTick : ILocalMessage
    {
        public static readonly LookTick Instance = new();
    }
}
