// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>Nodes of which there are only the announcements, and three members who keep what they say.</summary>
public sealed class ManyNodesSpec : IAsyncLifetime
{
    private static readonly DirectorySettings Settings = DirectorySettings.From() with
    {
        SummaryInterval = TimeSpan.FromMilliseconds(300),
    };

    private readonly ActorSystem _system = ActorSystem.Create(
        "many", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");
    private readonly ConcurrentBag<int> _sizes = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Should_know_what_a_hundred_nodes_with_ten_thousand_layers_each_have()
    {
        var owners = Owners(losing: 0);
        for (var node = 0; node < 100; node++) Announcer(owners, node, 10_000);

        Digest[] asked =
            [.. Enumerable.Range(0, 1000).Select(i => DirectoryNode.Layer((i % 100 * 10_000) + (i / 100 * 999)))];
        await Eventually.HoldsAsync(async () => (await FindAsync(owners, asked)).Places.Count == asked.Length);

        var found = await FindAsync(owners, asked);
        foreach (var (digest, nodes) in found.Places)
            Assert.Equal([Node(Array.IndexOf(asked, digest) % 100)], nodes);
        Assert.InRange(_sizes.Max(), 1, WireSettings.From(WireSettings.Reference()).MessageSizeMax);
    }

    [Fact]
    public async Task Should_fit_into_a_message_where_a_thousand_layers_are_when_everybody_has_them()
    {
        var owners = Owners(losing: 0);
        for (var node = 0; node < 100; node++) Announcer(owners, node, 1000, first: 0);
        Digest[] asked = [.. Enumerable.Range(0, 1000).Select(DirectoryNode.Layer)];
        await Eventually.HoldsAsync(async () =>
            (await FindAsync(owners, asked)).Places is { Count: 1000 } places
            && places.All(place => place.Nodes.Distinct().Count() == 100));
        Assert.InRange(_sizes.Max(), 1, WireSettings.From(WireSettings.Reference()).MessageSizeMax);
    }

    [Fact]
    public async Task Should_find_out_what_was_lost()
    {
        var owners = Owners(losing: 4);
        var announcer = Announcer(owners, 7, 5000);
        Digest[] all = [.. Enumerable.Range(70_000, 5000).Select(DirectoryNode.Layer)];
        await Eventually.HoldsAsync(async () => (await FindAsync(owners, all)).Places.Count == all.Length);

        announcer.Tell(new DirectoryProtocol.HoldingsChanged([], all[1000..]));
        await Eventually.HoldsAsync(async () => (await FindAsync(owners, all)).Places is var places
            && all[..1000].ToHashSet().SetEquals(places.Select(place => place.Digest)));
    }

    private static string Node(int number) => $"akka.tcp://storage@10.0.0.{number}:4053";

    private BucketOwners Owners(int losing)
    {
        var members = new List<BucketOwner>();
        for (var i = 0; i < 3; i++)
        {
            var buckets = _system.ActorOf(BucketsActor.Props(Settings, TimeProvider.System));
            var sizes = _sizes;
            var way = _system.ActorOf(Props.Create(() => new Way(buckets, losing, sizes)));
            members.Add(new BucketOwner(Node(i), way));
        }
        return new BucketOwners(members, Settings.Buckets);
    }

    private IActorRef Announcer(BucketOwners owners, int node, int layers, int? first = null)
    {
        var announcer = _system.ActorOf(AnnouncerActor.Props(Node(node), Settings));
        announcer.Tell(new OwnersAre(owners, owners));
        announcer.Tell(new DirectoryProtocol.HoldingsAre(
            [.. Enumerable.Range(first ?? (node * 10_000), layers).Select(DirectoryNode.Layer)]));
        return announcer;
    }

    private Task<DirectoryProtocol.FindPlacesOk> FindAsync(BucketOwners owners, Digest[] digests)
    {
        var settings = Settings with { AnswerMax = TimeSpan.FromMilliseconds(500) };
        var answer = new TaskCompletionSource<DirectoryProtocol.FindPlacesOk>();
        var asker = _system.ActorOf(Props.Create(() => new Waiting(answer)));
        var find = new DirectoryProtocol.FindPlaces(digests, new Asker(asker, DateTimeOffset.MaxValue));
        _system.ActorOf(LocatingActor.Props(find, owners, settings, TimeProvider.System));
        return answer.Task;
    }

    /// <summary>The way to a member and back, which measures what goes over it and loses one in so many.</summary>
    private sealed class Way(IActorRef to, int losing, ConcurrentBag<int> sizes) : UntypedActor
    {
        private readonly DirectorySerializer _serializer = new((ExtendedActorSystem)Context.System);
        private readonly Dictionary<IActorRef, IActorRef> _returns = [];
        private int _count;

        protected override void OnReceive(object message)
        {
            if (!Passes((IDirectoryMessage)message)) return;
            if (!_returns.TryGetValue(Sender, out var back))
            {
                var (sender, self) = (Sender, Self);
                back = Context.ActorOf(Props.Create(() => new WayBack(sender, self, sizes)));
                _returns.Add(Sender, back);
            }
            to.Tell(Copy((IDirectoryMessage)message), back);
        }

        private bool Passes(IDirectoryMessage message)
        {
            sizes.Add(_serializer.ToBinary(message).Length);
            return losing == 0 || ++_count % losing != 0;
        }

        private object Copy(IDirectoryMessage message) =>
            _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));

        private sealed class WayBack(IActorRef to, IActorRef way, ConcurrentBag<int> sizes) : UntypedActor
        {
            // What is said back is said from the way, so that the answer to it goes over it again.
            protected override void OnReceive(object message)
            {
                sizes.Add(new DirectorySerializer((ExtendedActorSystem)Context.System).ToBinary(message).Length);
                to.Tell(message, way);
            }
        }
    }

    private sealed class Waiting(TaskCompletionSource<DirectoryProtocol.FindPlacesOk> answer) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            answer.TrySetResult((DirectoryProtocol.FindPlacesOk)message);
            Context.Stop(Self);
        }
    }
}
