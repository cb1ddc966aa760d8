// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.Staging;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage;

/// <summary>
/// Speaks for one root: has it opened, hands on what it is told to where it belongs, and has it opened anew, after a
/// while that grows, when it failed. It owns nothing on disk itself, so it may be restarted like any other actor: the
/// root of its last life has closed before the next one begins.
/// </summary>
public sealed class StorageActor : UntypedActor, IWithTimers
{
    /*
     *   Opening --RootReady--> Ready
     *      |                     |
     *      +----RootFailed or Terminated: the root has crashed----> Failed: every request is told why
     *      ^                                                          |
     *      +------------------ReopenTick, when it has ended-----------+
     */

    // They wait for more than a lock, and so for as long as they say themselves, and as a timer can count.
    private static readonly TimeSpan EarlyWaitMax = TimeSpan.FromDays(20);
    private readonly IDisk _disk;
    private readonly StorageSettings _settings;
    private readonly WaitingRequests<IRequest> _early;
    private readonly BackOff _backOff;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef? _root;
    private RootProtocol.RootReady? _ready;
    private StorageError? _failure;

    public static Props Props(StorageSettings settings, IDisk? disk = null) =>
        Akka.Actor.Props.Create(() => new StorageActor(settings, disk))
            .WithDispatcher("actor-storage.store-dispatcher");

    public StorageActor(StorageSettings settings, IDisk? disk)
    {
        (_disk, _settings) = (disk ?? new LinuxDisk(), settings);
        _early = new WaitingRequests<IRequest>(settings.StoreQueueMax, EarlyWaitMax, settings.Time);
        _backOff = new BackOff(settings.RestartWaitMin, settings.RestartWaitMax, settings.Time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // It must not work in the root's directories again before all that it has begun there has ended.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        // What is in the mailbox of one that ends is owed an answer too.
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Open();
    }

    protected override void OnReceive(object message) => Opening(message);

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        RefuseEarly(new StorageError(StorageErrorKind.Cancelled, "the engine is stopping"));
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case RootProtocol.RootReady ready: OnReady(ready); break;
            case RootProtocol.RootFailed failed: OnRootFailed(failed.Error); break;
            case Terminated: OnRootEnded(); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case DeadLetter letter: OnDeadLetter(letter); break;
            case StorageProtocol.GetHealth get: OnGetHealth(get, HealthOf("it is being opened")); break;
            case IRequest request: Keep(request); break;
            default: Unhandled(message); break;
        }
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case StorageProtocol.GetAddresses get: OnGetAddresses(get); break;
            case StorageProtocol.GetHealth get: OnGetHealth(get, HealthOf(_settings.Journal?.Absence)); break;
            case IRequest request: RefOf(request).Tell(request); break;
            case RootProtocol.RootFailed failed: OnRootFailed(failed.Error); break;
            case Terminated: OnRootEnded(); break;
            case DeadLetter letter: OnDeadLetter(letter); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case LookTick: OnLookTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void Failed(object message)
    {
        switch (message)
        {
            case StorageProtocol.GetHealth get: OnGetHealth(get, HealthOf(_failure!.Message)); break;
            case IRequest request: Refuse(request, _failure!); break;
            case Terminated: OnRootEnded(); break;
            case ReopenTick: Open(); break;
            case DeadLetter letter: OnDeadLetter(letter); break;
            case DeadlineTick or LookTick: break;
            default: Unhandled(message); break;
        }
    }

    private void Open()
    {
        _failure = null;
        Timers.Cancel(nameof(LookTick));
        Become(Opening);
        _root = Context.Watch(Context.ActorOf(RootActor.Props(_settings, _disk), "root"));
    }

    private void OnReady(RootProtocol.RootReady ready)
    {
        _ready = ready;
        Become(Ready);
        foreach (var request in _early.TakeAll()) Self.Tell(request);
        if (_settings.Journal is null) return;
        Timers.StartPeriodicTimer(nameof(LookTick), LookTick.Instance, TimeSpan.Zero, _settings.LookInterval);
    }

    /// <summary>It says why, and ends.</summary>
    private void OnRootFailed(StorageError error)
    {
        _failure = error;
        Become(Failed);
        RefuseEarly(error);
    }

    /// <summary>Everybody in it has ended, and its temp directories are gone.</summary>
    private void OnRootEnded()
    {
        // One that could not say why.
        if (_failure is null)
        {
            OnRootFailed(new StorageError(
                StorageErrorKind.Poisoned, $"{_settings.Paths.GraphRoot} is closed: its owner crashed"));
        }
        var wait = _backOff.Fail();
        _log.Warning("Root {GraphRoot} is opened again in {Wait}", _settings.Paths.GraphRoot, wait);
        Timers.StartSingleTimer(nameof(ReopenTick), ReopenTick.Instance, wait);
    }

    private void OnDeadLetter(DeadLetter letter)
    {
        if (letter.Message is not IRequest request || _root is null) return;
        var path = letter.Recipient.Path;
        while (path.Depth > _root.Path.Depth) path = path.Parent;
        if (path != _root.Path) return;
        Refuse(request, _failure ?? new StorageError(
            StorageErrorKind.Poisoned, $"{letter.Recipient.Path.Name} of {_settings.Paths.GraphRoot} has ended"));
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
        new StorageProtocol.GetAddressesOk(_ready!.Staging, _ready.Layers, _ready.Images, _ready.Containers));

    private static void OnGetHealth(StorageProtocol.GetHealth get, StorageHealth health) =>
        get.Asker.ReplyTo.Tell(new StorageProtocol.GetHealthOk(health));

    private static StorageHealth HealthOf(string notOpen) => new(HealthState.Unavailable, notOpen);

    private static StorageHealth HealthOf(JournalAbsence? absence) => absence is null
        ? new StorageHealth(HealthState.Healthy)
        : new StorageHealth(HealthState.Degraded, absence.Reason, absence.Since);

    private IActorRef RefOf(IRequest request) => request switch
    {
        StorageProtocol.IStorageRequest or LayerProtocol.GetLockStatistics => _ready!.Graph.Ref,
        StagingProtocol.IStagingCommand => _ready!.Staging.Ref,
        InspectionProtocol.IInspection => _ready!.Inspection.Ref,
        ImageProtocol.IImageCommand or ImageProtocol.IImageQuery => _ready!.Images.Ref,
        ContainerProtocol.IContainerCommand or ContainerProtocol.IContainerQuery => _ready!.Containers.Ref,
        _ => _ready!.Layers.Ref,
    };

    private void OnDeadlineTick()
    {
        RefuseExpired();
        ScheduleExpiry();
    }

    private void OnLookTick()
    {
        if (_ready is null) return;
        foreach (var store in (IActorRef[])[_ready.Layers.Ref, _ready.Images.Ref, _ready.Containers.Ref])
            store.Tell(LookAgain.Instance);
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

    private void RefuseEarly(StorageError error)
    {
        foreach (var request in _early.TakeAll()) Refuse(request, error);
    }

    private static void Refuse(IRequest request, StorageError error) => request.Asker.ReplyTo.Tell(new Refused(error));

    private sealed record LookTick : ILocalMessage
    {
        public static readonly LookTick Instance = new();
    }
}
