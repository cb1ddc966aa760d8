// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using ActorStorage.Journal.History;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorStorage.Journal.Feeds;

/// <summary>
/// One subscriber's place in the history. It knows the next offset and the last one that is stored, and what lies
/// between them it reads from the database, so that what is replayed and what is followed live cannot overlap nor leave
/// a hole; only when the subscriber stands at the end anyway it gets what was stored just now without a read.
/// </summary>
internal sealed class FeedActor : UntypedActor, IWithTimers
{
    /*
     *   Waiting (for PageTaken) --PageTaken--> at the end? AtEnd --Stored--> a page, Waiting
     *                                          behind it?  Reading --PageRead--> a page, Waiting
     *   Reading --ReplayMessagesFailure--> read again a little later
     */
    private readonly IActorRef _subscriber;
    private readonly JournalSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _next;
    private long _last;
    private List<HistoryEntry> _read = [];

    public static Props Props(long from, long last, IActorRef subscriber, JournalSettings settings) =>
        Akka.Actor.Props.Create(() => new FeedActor(from, last, subscriber, settings));

    public FeedActor(long from, long last, IActorRef subscriber, JournalSettings settings) =>
        (_next, _last, _subscriber, _settings) = (from, last, subscriber, settings);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_subscriber);
        GoOn();
    }

    protected override void OnReceive(object message) => Always(message);

    private void Waiting(object message)
    {
        switch (message)
        {
            case JournalProtocol.PageTaken: GoOn(); break;
            default: Always(message); break;
        }
    }

    private void AtEnd(object message)
    {
        switch (message)
        {
            case Stored stored: OnStoredAtEnd(stored); break;
            default: Always(message); break;
        }
    }

    private void Reading(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed: OnReplayed(replayed.Persistent); break;
            case RecoverySuccess: OnPageRead(); break;
            case ReplayMessagesFailure failure: OnNotRead(failure.Cause); break;
            case ReadTick: Read(); break;
            default: Always(message); break;
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case Stored stored: _last = stored.Last; break;
            case Terminated or JournalProtocol.Unsubscribe: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void GoOn()
    {
        if (_next > _last) Become(AtEnd);
        else Read();
    }

    private void OnStoredAtEnd(Stored stored)
    {
        _last = stored.Last;
        if (_next > _last) return;
        if (stored.Now is { } now && now.First <= _next && now.Steps.Count <= _settings.PageMax)
            Give([.. now.Steps.Select((step, i) => new HistoryEntry(now.First + i, step))]);
        else
            Read();
    }

    /// <summary>By the journal itself: a plugin for queries would ask the database every second, on the pool, how far
    /// it goes, which is known here.</summary>
    private void Read()
    {
        Become(Reading);
        _read = [];
        var to = Math.Min(_last, _next + _settings.PageMax - 1);
        Persistence.Instance.Apply(Context.System).JournalFor(_settings.Plugins.Journal)
            .Tell(new ReplayMessages(_next, to, _settings.PageMax, _settings.HistoryId, Self));
    }

    private void OnReplayed(IPersistentRepresentation stored) =>
        _read.Add(new HistoryEntry(stored.SequenceNr, (HistoryEvent)stored.Payload));

    private void OnPageRead()
    {
        if (_read.Count == 0) ReadLater("nothing stands there yet");
        else Give(_read);
    }

    private void OnNotRead(Exception cause) => ReadLater(cause.GetBaseException().Message);

    private void ReadLater(string reason)
    {
        _log.Warning("The history cannot be read from {Offset} on: {Reason}", _next, reason);
        Timers.StartSingleTimer(nameof(ReadTick), ReadTick.Instance, _settings.RetryMin);
    }

    private void Give(IReadOnlyList<HistoryEntry> entries)
    {
        HistoryEntry[] page = [.. entries.Where(entry => entry.Offset >= _next)];
        _next = page[^1].Offset + 1;
        _subscriber.Tell(new JournalProtocol.HistoryPage(page, Self));
        Become(Waiting);
    }

    /// <param name="Now">What was stored just now; null when this only says how far the history goes.</param>
    internal sealed record Stored(long Last, Recorded? Now = null) : ILocalMessage;

    private sealed record ReadTick : ILocalMessage
    {
        public static readonly ReadTick Instance = new();
    }
}
