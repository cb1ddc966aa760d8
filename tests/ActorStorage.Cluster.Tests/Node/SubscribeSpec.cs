// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Journal;
using ActorStorage.Journal.Events;
using ActorStorage.Tests;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>The history, followed from another machine.</summary>
public sealed class SubscribeSpec
{
    [Fact]
    public async Task Should_tell_the_history_and_then_what_is_added_and_wait_for_who_is_slow()
    {
        await using var root = await NodeRoot.StartAsync();
        await root.Storage.PutLayerAsync(EngineRoot.Empty("one"));
        var follower = new Follower(root);
        follower.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
        var subscription = (await follower.NextAsync<NodeProtocol.SubscribeOk>()).Subscription;
        var seen = new List<string>();
        while (!seen.Contains("one")) seen.AddRange(Names(await follower.NextAsync<NodeProtocol.HistoryPage>()));

        // Not taken yet: nothing more comes, however much happens.
        for (var i = 0; i < 20; i++) await root.Storage.PutLayerAsync(EngineRoot.Empty($"layer-{i}"));
        Assert.False(await follower.HasMoreAsync());
        follower.Say(new NodeProtocol.PageTaken(subscription));
        while (!seen.Contains("layer-19"))
        {
            seen.AddRange(Names(await follower.NextAsync<NodeProtocol.HistoryPage>()));
            follower.Say(new NodeProtocol.PageTaken(subscription));
        }
        Assert.Equal(["one", .. Enumerable.Range(0, 20).Select(i => $"layer-{i}")], seen);
        follower.Say(new NodeProtocol.Unsubscribe(subscription));
        await root.ReachedAsync();
        await root.Storage.PutLayerAsync(EngineRoot.Empty("unseen"));
        Assert.False(await follower.HasMoreAsync());
    }

    [Fact]
    public async Task Should_say_so_when_the_node_ends_and_answer_whose_time_was_over_before()
    {
        await using var root = await NodeRoot.StartAsync();
        var late = new Follower(root);
        late.Say(new NodeProtocol.Subscribe(1, new Caller(TimeSpan.FromSeconds(-1))));
        Assert.Equal(
            StorageErrorKind.Cancelled, (await late.NextAsync<NodeProtocol.RequestRefused>()).Error.Kind);
        var follower = new Follower(root);
        follower.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
        var subscription = (await follower.NextAsync<NodeProtocol.SubscribeOk>()).Subscription;
        await root.StopAsync();
        Assert.Equal(subscription, (await follower.NextAsync<NodeProtocol.SubscriptionEnded>()).Subscription);
    }

    [Fact]
    public async Task Should_go_on_behind_a_layer_with_more_and_longer_names_than_a_message_may_hold()
    {
        await using var root = await NodeRoot.StartAsync();
        string[] names = [new string('x', 10_000), .. Enumerable.Range(0, 1200).Select(i => $"name-{i}")];
        await root.Storage.PutLayerAsync(EngineRoot.Empty("many-names", null, names));
        await root.Storage.PutLayerAsync(EngineRoot.Empty("next"));
        var follower = new Follower(root);
        follower.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
        var subscription = (await follower.NextAsync<NodeProtocol.SubscribeOk>()).Subscription;
        var seen = new List<string>();
        while (!seen.Contains("next"))
        {
            seen.AddRange(Names(await follower.NextAsync<NodeProtocol.HistoryPage>()));
            follower.Say(new NodeProtocol.PageTaken(subscription));
        }
        Assert.Equal(["many-names", "next"], seen);
    }

    [Fact]
    public async Task Should_end_with_who_does_not_take_a_page_in_time_and_refuse_too_many()
    {
        await using var root = await NodeRoot.StartAsync(
            "actor-storage.node { page-wait-max = 200ms, subscriptions-max = 1 }");
        await root.Storage.PutLayerAsync(EngineRoot.Empty("one"));
        var (follower, other) = (new Follower(root), new Follower(root));
        follower.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
        var subscription = (await follower.NextAsync<NodeProtocol.SubscribeOk>()).Subscription;
        other.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
        var refused = await other.NextAsync<NodeProtocol.RequestRefused>();
        Assert.Equal(StorageErrorKind.Busy, refused.Error.Kind);
        await follower.NextAsync<NodeProtocol.HistoryPage>();
        Assert.Equal(subscription, (await follower.NextAsync<NodeProtocol.SubscriptionEnded>()).Subscription);
        await Eventually.TrueAsync(
            async () =>
            {
                other.Say(new NodeProtocol.Subscribe(1, Caller.Anybody));
                return await other.NextAsync<INodeReply>() is NodeProtocol.SubscribeOk;
            },
            "there is room for another one");
    }

    [Fact]
    public async Task Should_refuse_an_offset_that_there_cannot_be()
    {
        await using var root = await NodeRoot.StartAsync();
        var follower = new Follower(root);
        follower.Say(new NodeProtocol.Subscribe(0, Caller.Anybody));
        Assert.Equal(
            StorageErrorKind.Invalid, (await follower.NextAsync<NodeProtocol.RequestRefused>()).Error.Kind);
    }

    [Fact]
    public void Should_cut_a_step_that_no_message_could_hold()
    {
        var limits = WireSettings.From(WireSettings.Reference());
        RecordChange[] changes =
        [
            .. Enumerable.Range(0, 5000).Select(i => new RecordChange(
                ChangeKind.Created, $"{i:x64}", 1, [$"name-{i}"])),
        ];
        HistoryEntry Entry(long offset) => new(offset, new StoreChanged(
            StoreKind.Layers, PictureOrigin.Own, DateTimeOffset.UnixEpoch, HistoryGap.None, null, changes));
        var pages = HistoryPages.Cut([Entry(1), Entry(2)], limits).ToList();
        Assert.All(pages, page =>
        {
            var message = new NodeProtocol.HistoryPage(new string('s', 32), page);
            Assert.Null(WireLimits.Fault(WireTable.Of(message)!.Of(message), limits));
        });
        var steps = pages.SelectMany(page => page).ToList();
        Assert.Equal(2, steps.Count(step => !step.Continues));
        Assert.Equal(
            changes.Concat(changes).Select(change => change.Id),
            steps.SelectMany(step => step.Step.Changes).Select(change => change.Id));
    }

    private static IEnumerable<string> Names(NodeProtocol.HistoryPage page) => page.Steps
        .Where(step => step.Step.Store == StoreKind.Layers).SelectMany(step => step.Step.Changes)
        .Select(change => change.Id);

    private sealed class Follower
    {
        private readonly Channel<object> _received = Channel.CreateUnbounded<object>();
        private readonly NodeRoot _root;
        private readonly IActorRef _self;

        public Follower(NodeRoot root)
        {
            _root = root;
            var writer = _received.Writer;
            _self = root.ClientSystem.ActorOf(Props.Create(() => new Receiver(writer)));
        }

        public void Say(INodeMessage message) => _root.Node.Tell(message, _self);

        public async Task<T> NextAsync<T>() => Assert.IsAssignableFrom<T>(
            await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));

        /// <summary>The node's history has been looked at by then.</summary>
        public async Task<bool> HasMoreAsync()
        {
            await Task.Delay(500);
            return _received.Reader.TryPeek(out _);
        }
    }

    private sealed class Receiver(ChannelWriter<object> received) : UntypedActor
    {
        protected override void OnReceive(object message) => received.TryWrite(message);
    }
}
