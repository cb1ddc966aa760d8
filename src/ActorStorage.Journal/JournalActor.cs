// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Disk;
using ActorStorage.Journal.Feeds;
using ActorStorage.Journal.History;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Sagas;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Journal;

/// <summary>
/// Owns the journal of one root: takes the stores' pictures out of the queue whenever what it took before is stored,
/// and gives those who subscribed what was stored. While the database is away the queue puts pictures together, this
/// one keeps the newest, and nothing in the engine waits.
/// </summary>
public sealed class JournalActor : UntypedActor, IWithTimers
{
    /*
     *   Starting --DatabasePrepared, HistoryReady--> Idle --pictures--> Recording --Recorded--> Idle
     *   Any --the history ended, or the database cannot be prepared--> Away --StartTick--> Starting
     */
    private readonly JournalSettings _settings;
    private readonly PictureQueue _queue;
    private readonly StorageClient _client;
    private readonly TimeProvider _time;
    private readonly DiskThreads _preparing = new("journal", threadsMax: 1, queueMax: 1);
    private readonly Dictionary<StoreKind, StorePicture> _newest = [];
    private readonly ConcurrentDictionary<string, IActorRef> _leaseOwners = new(StringComparer.Ordinal);
    private readonly List<OwedAnswer> _owed = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private JournalHealth _health;
    private IActorRef _history = ActorRefs.Nobody;
    private IActorRef _leases = ActorRefs.Nobody;
    private IActorRef _sagas = ActorRefs.Nobody;
    private string? _failure;
    private TimeSpan _retryDelay;
    private long _last;

    /// <param name="queue">The one in the settings of the engine.</param>
    /// <param name="client">Of the engine.</param>
    public static Props Props(
        JournalSettings settings, PictureQueue queue, StorageClient client, TimeProvider? time = null) =>
        Akka.Actor.Props.Create(() => new JournalActor(settings, queue, client, time ?? TimeProvider.System));

    public JournalActor(JournalSettings settings, PictureQueue queue, StorageClient client, TimeProvider time)
    {
        (_settings, _queue, _client, _time) = (settings, queue, client, time);
        _health = new JournalHealth.Starting(settings.GraphRoot);
        _retryDelay = settings.RetryMin;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // The history ends when the database fails; it starts again when there is hope, and not at once.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        JournalPlugins.Register(Context.System, _settings);
        Start();
        _queue.ReadBy(Self);
    }

    protected override void PostStop()
    {
        _queue.ReadBy(ActorRefs.Nobody);
        foreach (var owed in _owed) owed.Tell(AwayAnswer());
        _preparing.Dispose();
    }

    protected override void OnReceive(object message) => Starting(message);

    private void Starting(object message)
    {
        switch (message)
        {
            case DatabasePrepared: OnDatabasePrepared(); break;
            case Status.Failure failure: OnNotPrepared(failure.Cause); break;
            case HistoryReady ready: OnHistoryReady(ready); break;
            default: Always(message); break;
        }
    }

    private void Idle(object message)
    {
        switch (message)
        {
            case PicturesWaiting: RecordWaiting(); break;
            default: Always(message); break;
        }
    }

    private void Recording(object message)
    {
        switch (message)
        {
            case Recorded recorded: OnRecorded(recorded); break;
            default: Always(message); break;
        }
    }

    private void Away(object message)
    {
        switch (message)
        {
            case StartTick: Start(); break;
            default: Always(message); break;
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case JournalProtocol.GetHealth get: get.Asker.ReplyTo.Tell(new JournalProtocol.GetHealthOk(_health)); break;
            case JournalProtocol.Subscribe subscribe: OnSubscribe(subscribe); break;
            case LeaseProtocol.ILeaseRequest request: OnLeaseRequest(request); break;
            case SagaProtocol.PutImage put: HandOn(put, _sagas, asker => put with { Asker = asker }); break;
            case PicturesWaiting: break;        // they are taken when the database is there and idle
            case JournalFailed failed: OnFailed(failed); break;
            case Terminated ended: OnTerminated(ended); break;
            default: Unhandled(message); break;
        }
    }

    private void Start()
    {
        Become(Starting);
        var settings = _settings;
        _preparing.Run(() => DatabasePrepared.Of(settings)).PipeTo(Self);
    }

    private void OnDatabasePrepared() =>
        _history = Context.Watch(Context.ActorOf(HistoryActor.Props(_settings)));

    private void OnNotPrepared(Exception cause)
    {
        _failure = cause.GetBaseException().Message;
        OnAway();
    }

    private void OnHistoryReady(HistoryReady ready)
    {
        _last = ready.Last;
        _leases = Context.Watch(Context.ActorOf(LeaseActor.Props(_client, _settings, _time, _leaseOwners)));
        _sagas = Context.Watch(Context.ActorOf(SagaActor.Props(_client, _leases, _settings, _time)));
        TellFeeds(new FeedActor.Stored(ready.Last));
        // What was taken before the database went away and perhaps never stored: the newest show all of it.
        StorePicture[] newest = [.. _newest.Values];
        if (newest.Length > 0)
        {
            // That it can be read does not say that it can be written: the answer will.
            Send(newest);
            return;
        }
        OnHealthy();
        RecordWaiting();
    }

    private void OnHealthy()
    {
        _retryDelay = _settings.RetryMin;
        Announce(new JournalHealth.Healthy(_settings.GraphRoot));
    }

    private void RecordWaiting()
    {
        var pictures = _queue.TakeAll();
        if (pictures.Count == 0) Become(Idle);
        else Send(pictures);
    }

    private void Send(IReadOnlyList<StorePicture> pictures)
    {
        foreach (var picture in pictures) _newest[picture.Store] = picture;
        _history.Tell(new Record(pictures));
        Become(Recording);
    }

    private void OnRecorded(Recorded recorded)
    {
        _last = recorded.First + recorded.Steps.Count - 1;
        OnHealthy();
        if (recorded.Steps.Count > 0) TellFeeds(new FeedActor.Stored(_last, recorded));
        RecordWaiting();
    }

    private void OnSubscribe(JournalProtocol.Subscribe subscribe)
    {
        if (subscribe.From < 1)
        {
            subscribe.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Invalid, $"{subscribe.From} is no offset: the first is 1")));
            return;
        }
        var feed = Context.ActorOf(FeedActor.Props(subscribe.From, _last, subscribe.Subscriber, _settings));
        subscribe.Asker.ReplyTo.Tell(new JournalProtocol.SubscribeOk(feed));
    }

    private void OnLeaseRequest(LeaseProtocol.ILeaseRequest request) =>
        HandOn(request, _leases, LeaseProtocol.ILeaseRequest (asker) => request switch
        {
            LeaseProtocol.AcquireLease acquire => acquire with { Asker = asker },
            LeaseProtocol.RenewLease renew => renew with { Asker = asker },
            LeaseProtocol.ReleaseLease release => release with { Asker = asker },
            LeaseProtocol.ListLeases list => list with { Asker = asker },
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "not a known request"),
        });

    private void HandOn<T>(T request, IActorRef child, Func<Asker, T> withAsker)
        where T : IRequest
    {
        if (child.IsNobody())
        {
            request.Asker.ReplyTo.Tell(AwayAnswer());
            return;
        }
        _owed.RemoveAll(owed => owed.IsGiven);
        var answer = new OwedAnswer(request.Asker.ReplyTo, Self);
        _owed.Add(answer);
        child.Tell(withAsker(request.Asker with { ReplyTo = answer }));
    }

    private Refused AwayAnswer() => new(new StorageError(
        StorageErrorKind.Busy, $"the journal is away: {_failure ?? "it is being opened"}"));

    /// <summary>Comes before the end of the one that failed, so that nothing more is handed on to it.</summary>
    private void OnFailed(JournalFailed failed)
    {
        if (!IsStoring(Sender)) return;
        _failure = failed.Reason;
        OnAway();
    }

    private void OnTerminated(Terminated ended)
    {
        if (IsStoring(ended.ActorRef)) OnAway();
    }

    private void OnAway()
    {
        // What one of them cannot store the other cannot either.
        foreach (var child in (IActorRef[])[_history, _leases, _sagas]) Context.Stop(child);
        (_history, _leases, _sagas) = (ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody);
        Become(Away);
        foreach (var owed in _owed) owed.Tell(AwayAnswer());
        _owed.Clear();
        var reason = _failure ?? "it ended";
        Announce(new JournalHealth.Degraded(
            _settings.GraphRoot, reason, (_health as JournalHealth.Degraded)?.Since ?? _time.GetUtcNow()));
        Timers.StartSingleTimer(nameof(StartTick), StartTick.Instance, _retryDelay);
        _retryDelay = _retryDelay * 2 < _settings.RetryMax ? _retryDelay * 2 : _settings.RetryMax;
    }

    private void Announce(JournalHealth health)
    {
        if (health is JournalHealth.Degraded degraded && _health is not JournalHealth.Degraded)
            _log.Warning("The journal of {GraphRoot} is away: {Reason}", health.GraphRoot, degraded.Reason);
        if (health.GetType() != _health.GetType()) Context.System.EventStream.Publish(health);
        _health = health;
    }

    private void TellFeeds(FeedActor.Stored stored)
    {
        foreach (var child in Context.GetChildren())
        {
            if (!IsStoring(child)) child.Tell(stored);
        }
    }

    private bool IsStoring(IActorRef child) =>
        child.Equals(_history) || child.Equals(_leases) || child.Equals(_sagas);

    private sealed record StartTick : ILocalMessage
    {
        public static readonly StartTick Instance = new();
    }

    private sealed record DatabasePrepared : ILocalMessage
    {
        public static DatabasePrepared Of(JournalSettings settings)
        {
            SqliteFiles.Prepare(settings);
            return new DatabasePrepared();
        }
    }
}
