// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Tests;

/// <summary>What a subscriber got of the history, in the order in which it came.</summary>
internal sealed class Follower
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<HistoryEntry> _entries = Channel.CreateUnbounded<HistoryEntry>();

    public async Task<HistoryEntry> NextAsync()
    {
        using var waiting = new CancellationTokenSource(Patience);
        return await _entries.Reader.ReadAsync(waiting.Token);
    }

    public async Task<StoreChanged> NextStepAsync() => (StoreChanged)(await NextAsync()).Step;

    /// <summary>Goes on until a step that concerns the id.</summary>
    public async Task<StoreChanged> NextOfAsync(string id, StoreKind store = StoreKind.Layers)
    {
        while (true)
        {
            var step = await NextStepAsync();
            if (step.Store == store && step.Changes.Any(change => change.Id == id)) return step;
        }
    }

    public sealed class Subscriber(Follower follower) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is not JournalProtocol.HistoryPage page) return;
            foreach (var entry in page.Entries) follower._entries.Writer.TryWrite(entry);
            page.Feed.Tell(JournalProtocol.PageTaken.Instance);
        }
    }
}
