// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.Feeds;
using ActorStorage.Journal.History;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Sagas;
using ActorStorage.Journal.Uses;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;
using Microsoft.Data.Sqlite;

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
     *   Any --a child ended, the database cannot be prepared or does not answer--> Away --StartTick--> Starting
     */
    private const int OwedMin = 256;
    private readonly JournalLink _link;
    private readonly StorageClient _client;
    private readonly TimeProvider _time;
    private readonly DiskThreads _preparing = new("journal", threadsMax: 1, queueMax: 1);
    private readonly Dictionary<StoreKind, StorePicture> _newest = [];
    private readonly ConcurrentDictionary<string, IActorRef> _leaseOwners = new(StringComparer.Ordinal);
    private readonly List<OwedAnswer> _owed = [];
    private readonly HashSet<IActorRef> _ending = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private JournalSettings _settings;
    private JournalHealth _health;
    private IActorRef _history = ActorRefs.Nobody;
    private IActorRef _leases = ActorRefs.Nobody;
    private IActorRef _sagas = ActorRefs.Nobody;
    private IActorRef _uses = ActorRefs.Nobody;
    private bool _isProbing;
    private bool _hasStored;
    private int _owedCheckedAt = OwedMin;
    private string? _failure;
    private TimeSpan _retryDelay;
    private long _last;

    /// <param name="link">The one in the settings of the engine.</param>
    /// <param name="client">Of the engine.</param>
    public static Props Props(
        JournalSettings settings, JournalLink link, StorageClient client, TimeProvider? time = null) =>
        Akka.Actor.Props.Create(() => new JournalActor(settings, link, client, time ?? TimeProvider.System));

    public JournalActor(JournalSettings settings, JournalLink link, StorageClient client, TimeProvider time)
    {
        (_settings, _link, _client, _time) = (settings, link, client, time);
        _health = new JournalHealth.Starting(settings.GraphRoot);
        _retryDelay = settings.RetryMin;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // The history ends when the database fails; it starts again when there is hope, and not at once.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        Start();
        _link.Pictures.ReadBy(Self);
        Timers.StartPeriodicTimer(nameof(ProbeTick), ProbeTick.Instance, _settings.ProbeInterval);
    }

    protected override void PostStop()
    {
        _link.Pictures.ReadBy(ActorRefs.Nobody);
        _link.Absence = new JournalAbsence("the journal has ended", _time.GetUtcNow());
        foreach (var owed in _owed) owed.Tell(AwayAnswer());
        _preparing.Dispose();
    }

    protected override void OnReceive(object message) => Starting(message);

    private void Starting(object message)
    {
        switch (message)
        {
            case DatabasePrepared prepared: OnDatabasePrepared(prepared); break;
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
            case StartTick: OnStartTick(); break;
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
            case UseProtocol.GetUse get: HandOn(get, _uses, asker => get with { Asker = asker }); break;
            case BatchStored: _hasStored = true; break;
            case ProbeTick: OnProbeTick(); break;
            case Probed probed: OnProbed(probed); break;
            case PicturesWaiting: break;        // they are taken when the database is there and idle
            case JournalFailed failed: OnFailed(failed); break;
            case Terminated ended: OnTerminated(ended); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>One after the other has what one may have at a time: the names under which they store.</summary>
    private void OnStartTick()
    {
        if (_ending.Count == 0) Start();
        else Timers.StartSingleTimer(nameof(StartTick), StartTick.Instance, _settings.RetryMin);
    }

    private void Start()
    {
        Become(Starting);
        var settings = _settings;
        _preparing.Run(() => new DatabasePrepared(JournalDatabase.Prepare(settings))).PipeTo(Self);
    }

    private void OnDatabasePrepared(DatabasePrepared prepared)
    {
        if (prepared.DatabaseId != _settings.DatabaseId)
        {
            if (_settings.DatabaseId.Length > 0) OnReplaced();
            _settings = _settings with { DatabaseId = prepared.DatabaseId };
        }
        JournalPlugins.Register(Context.System, _settings);
        _history = Context.Watch(Context.ActorOf(HistoryActor.Props(_settings)));
    }

    /// <summary>The offsets that those who follow the history know mean nothing in another database.</summary>
    private void OnReplaced()
    {
        _log.Warning("The journal of {GraphRoot} begins anew: its database was replaced", _settings.GraphRoot);
        foreach (var feed in Context.GetChildren()) Context.Stop(feed);
    }

    private void OnNotPrepared(Exception cause)
    {
        _failure = cause.GetBaseException().Message;
        OnAway();
    }

    private void OnHistoryReady(HistoryReady ready)
    {
        _last = ready.Last;
        _leases = Context.Watch(Context.ActorOf(LeaseActor.Props(_client, _link, _settings, _time, _leaseOwners)));
        _sagas = Context.Watch(Context.ActorOf(SagaActor.Props(_client, _link, _leases, _settings, _time)));
        _uses = Context.Watch(Context.ActorOf(UseActor.Props(_client, _link, _settings, _time)));
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
        var pictures = _link.Pictures.TakeAll();
        if (pictures.Count == 0) Become(Idle);
        else Send(pictures);
    }

    private void Send(IReadOnlyList<StorePicture> pictures)
    {
        foreach (var picture in pictures) _newest[picture.Store] = picture;
        if (pictures.Any(picture => picture is { Store: StoreKind.Layers, Origin: not PictureOrigin.Own }))
            _leases.Tell(LayersChanged.Instance);
        _history.Tell(new Record(pictures));
        Become(Recording);
    }

    private void OnRecorded(Recorded recorded)
    {
        _last = recorded.First + recorded.Steps.Count - 1;
        OnHealthy();
        if (recorded.Steps.Count > 0) TellFeeds(new FeedActor.Stored(_last, recorded));
        foreach (var step in recorded.Steps.OfType<StoreChanged>()) TellGone(step);
        RecordWaiting();
    }

    private void TellGone(StoreChanged step)
    {
        var gone = step.Changes.Where(change => change.Kind == ChangeKind.Deleted).Select(change => change.Id)
            .ToHashSet(StringComparer.Ordinal);
        if (gone.Count > 0) _uses.Tell(new ItemsGone(step.Store, gone, step.At));
    }

    /// <summary>While it is being opened, or away, that is the question that is asked anyway.</summary>
    private void OnProbeTick()
    {
        if (_isProbing || _history.IsNobody()) return;
        _isProbing = true;
        // Among many writers a lock is not had in time by everybody, and what was stored has shown enough.
        var (settings, history, isIdle) = (_settings, _history, !_hasStored);
        _hasStored = false;
        _preparing.Run(() =>
        {
            JournalDatabase.Check(settings, isIdle);
            return new Probed(history, null);
        }).PipeTo(Self, success: probed => probed, failure: cause => new Probed(history, cause));
    }

    private void OnProbed(Probed probed)
    {
        _isProbing = false;
        if (probed.Failure is not { } cause || !probed.History.Equals(_history)) return;
        if (_hasStored && cause.GetBaseException() is SqliteException) return;
        _failure = cause.GetBaseException().Message;
        OnAway();
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
        if (_owed.Count >= _owedCheckedAt)
        {
            _owed.RemoveAll(owed => owed.IsGiven);
            _owedCheckedAt = Math.Max(OwedMin, 2 * _owed.Count);
        }
        if (_owed.Count >= _settings.RequestsMax)
        {
            request.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Busy, $"{_owed.Count} requests wait for the journal already")));
            return;
        }
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
        if (_ending.Remove(ended.ActorRef)) return;
        if (IsStoring(ended.ActorRef)) OnAway();
    }

    private void OnAway()
    {
        // What one of them cannot store the other cannot either.
        foreach (var child in (IActorRef[])[_history, _leases, _sagas, _uses])
        {
            if (child.IsNobody() || !Context.Child(child.Path.Name).Equals(child)) continue;
            _ending.Add(child);
            Context.Stop(child);
        }
        _history = _leases = _sagas = _uses = ActorRefs.Nobody;
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
        _link.Absence = health is JournalHealth.Degraded { Reason: var reason, Since: var since }
            ? new JournalAbsence(reason, since)
            : null;
    }

    private void TellFeeds(FeedActor.Stored stored)
    {
        foreach (var child in Context.GetChildren())
        {
            if (!IsStoring(child)) child.Tell(stored);
        }
    }

    private bool IsStoring(IActorRef child) =>
        child.Equals(_history) || child.Equals(_leases) || child.Equals(_sagas) || child.Equals(_uses);

    private sealed record StartTick : ILocalMessage
    {
        public static readonly StartTick Instance = new();
    }

    private sealed record ProbeTick : ILocalMessage
    {
        public static readonly ProbeTick Instance = new();
    }

    private sealed record DatabasePrepared(string DatabaseId) : ILocalMessage;

    /// <param name="History">Who was there when it was asked.</param>
    /// <param name="Failure">Null when all is well.</param>
    private sealed record Probed(IActorRef History, Exception? Failure) : ILocalMessage;
}
