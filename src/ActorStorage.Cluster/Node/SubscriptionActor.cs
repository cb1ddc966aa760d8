// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Journal;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <summary>One subscriber on another machine. Of the history it holds what the journal's feed gave it last, and sends
/// the next page when the one before was taken.</summary>
internal sealed class SubscriptionActor : UntypedActor, IWithTimers
{
    /*
     *   Starting --the feed's address--> Following --its page, cut--> a page is out
     *   a page is out --PageTaken--> the next part of the same, or the feed is asked for more
     *                 --its time is up, the feed ended--> SubscriptionEnded
     */
    private readonly string _id;
    private readonly NodeProtocol.Subscribe _request;
    private readonly IActorRef _subscriber;
    private readonly IActorRef _journal;
    private readonly NodeSettings _settings;
    private readonly TimeProvider _time;
    private readonly Queue<IReadOnlyList<HistoryStep>> _pages = new();
    private IActorRef _feed = ActorRefs.Nobody;
    private bool _isAnswered;
    private bool _isPageOut;
    private bool _isOver;

    /// <param name="id">By which the subscriber names it.</param>
    public static Props Props(
        string id, NodeProtocol.Subscribe request, IActorRef subscriber, IActorRef journal, NodeSettings settings,
        TimeProvider time) => Akka.Actor.Props.Create(
            () => new SubscriptionActor(id, request, subscriber, journal, settings, time));

    public SubscriptionActor(
        string id, NodeProtocol.Subscribe request, IActorRef subscriber, IActorRef journal, NodeSettings settings,
        TimeProvider time)
    {
        (_id, _request, _subscriber, _journal) = (id, request, subscriber, journal);
        (_settings, _time) = (settings, time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_subscriber);
        Context.Watch(_journal);
        var within = _request.Caller.Within ?? _settings.RequestTime;
        if (within > _settings.RequestTimeMax) within = _settings.RequestTimeMax;
        _journal.Tell(new JournalProtocol.Subscribe(_request.From, Self, new Asker(Self, _time.GetUtcNow() + within)));
        Timers.StartSingleTimer(nameof(AnswerTick), AnswerTick.Instance, within);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            // The feed's first page may come before this.
            case JournalProtocol.SubscribeOk ok: Follow(ok.Feed); break;
            case Refused refused: End(refused.Error); break;
            case JournalProtocol.HistoryPage page: OnHistoryPage(page); break;
            case NodeProtocol.PageTaken: OnPageTaken(); break;
            case NodeProtocol.Unsubscribe: StopSilently(); break;
            case AnswerTick: OnAnswerTick(); break;
            case PageTick: OnPageTick(); break;
            case Terminated ended: OnTerminated(ended); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        if (!_isOver) End(new StorageError(StorageErrorKind.Cancelled, "the node is stopping"));
        _feed.Tell(JournalProtocol.Unsubscribe.Instance);
    }

    private void OnHistoryPage(JournalProtocol.HistoryPage page)
    {
        Follow(page.Feed);
        foreach (var part in HistoryPages.Cut(page.Entries, _settings.Wire)) _pages.Enqueue(part);
        GiveNext();
    }

    private void OnPageTaken()
    {
        if (!_isPageOut) return;
        _isPageOut = false;
        Timers.Cancel(nameof(PageTick));
        if (_pages.Count > 0) GiveNext();
        else _feed.Tell(JournalProtocol.PageTaken.Instance);
    }

    private void OnTerminated(Terminated ended)
    {
        if (ended.ActorRef.Equals(_subscriber)) StopSilently();
        else End(new StorageError(StorageErrorKind.Cancelled, "the history, or its journal, has ended"));
    }

    private void OnAnswerTick()
    {
        if (!_isAnswered) End(new StorageError(StorageErrorKind.Cancelled, "the journal did not answer in time"));
    }

    private void OnPageTick() => End(new StorageError(
        StorageErrorKind.Cancelled, $"a page was not taken within {_settings.PageWaitMax}"));

    private void Follow(IActorRef feed)
    {
        if (!_feed.IsNobody()) return;
        _feed = Context.Watch(feed);
        Answer(new NodeProtocol.SubscribeOk(_id));
    }

    private void Answer(INodeReply reply)
    {
        _isAnswered = true;
        _subscriber.Tell(reply, Context.Parent);
    }

    private void GiveNext()
    {
        _isPageOut = true;
        _subscriber.Tell(new NodeProtocol.HistoryPage(_id, _pages.Dequeue()), Context.Parent);
        Timers.StartSingleTimer(nameof(PageTick), PageTick.Instance, _settings.PageWaitMax);
    }

    private void StopSilently()
    {
        _isOver = true;
        Context.Stop(Self);
    }

    private void End(StorageError error)
    {
        _isOver = true;
        if (!_isAnswered) Answer(new NodeProtocol.RequestRefused(error));
        else _subscriber.Tell(new NodeProtocol.SubscriptionEnded(_id, error), Context.Parent);
        Context.Stop(Self);
    }

    private sealed record AnswerTick : ILocalMessage
    {
        public static readonly AnswerTick Instance = new();
    }

    private sealed record PageTick : ILocalMessage
    {
        public static readonly PageTick Instance = new();
    }
}
