// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using Akka.Actor;

namespace ActorStorage.Journal;

/// <summary>What one may say to <see cref="JournalActor"/>.</summary>
public static class JournalProtocol
{
    public interface IJournalRequest : IRequest;

    public sealed record GetHealth(Asker Asker) : IJournalRequest, IWireMessage;
    public sealed record GetHealthOk(JournalHealth Health) : IReply, IWireMessage;

    /// <summary>The history from an offset on, and then what is added to it. The feed ends with the subscriber, with
    /// <see cref="Unsubscribe"/>, and when the history was lost: then offsets begin anew.</summary>
    /// <param name="From">The offset of the first step that is wanted. The first of all has 1.</param>
    /// <param name="Subscriber">Gets <see cref="HistoryPage"/>s, one after the other.</param>
    public sealed record Subscribe(long From, IActorRef Subscriber, Asker Asker) : IJournalRequest, ILocalMessage;
    public sealed record SubscribeOk(IActorRef Feed) : IReply, ILocalMessage;

    /// <summary>Some steps in their order, without gaps between this page and the one before. The next one comes when
    /// the feed is told <see cref="PageTaken"/>, so that nobody gets more than he can take.</summary>
    public sealed record HistoryPage(IReadOnlyList<HistoryEntry> Entries, IActorRef Feed) : ILocalMessage;

    public sealed record PageTaken : ILocalMessage
    {
        public static readonly PageTaken Instance = new();
    }

    /// <summary>To the feed: no more pages.</summary>
    public sealed record Unsubscribe : ILocalMessage
    {
        public static readonly Unsubscribe Instance = new();
    }
}

/// <param name="Offset">One more than that of the step before.</param>
public sealed record HistoryEntry(long Offset, HistoryEvent Step);

/// <summary>Whether the history is stored now. Also published on the event stream whenever it changes.</summary>
public abstract record JournalHealth(string GraphRoot) : IWireMessage
{
    public sealed record Starting(string GraphRoot) : JournalHealth(GraphRoot);

    public sealed record Healthy(string GraphRoot) : JournalHealth(GraphRoot);

    /// <summary>The database is away. Layers, images and containers are served as ever; what happens meanwhile comes
    /// into the history later, with a gap mark.</summary>
    public sealed record Degraded(string GraphRoot, string Reason, DateTimeOffset Since) : JournalHealth(GraphRoot);
}
