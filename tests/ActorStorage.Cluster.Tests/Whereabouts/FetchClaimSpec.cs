// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>Three members of a real cluster that want to fetch the same layer.</summary>
public sealed class FetchClaimSpec : IAsyncLifetime
{
    private static readonly Digest Layer = DirectoryNode.Layer(1);
    private DirectoryNode[] _nodes = [];

    public async Task InitializeAsync() => _nodes = await DirectoryNode.StartAsync(3);

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Should_grant_one_of_a_hundred_and_tell_the_others_that_it_is_there()
    {
        var claims = Enumerable.Range(0, 100).Select(i => _nodes[i % 3].ClaimAsync(Layer)).ToList();
        var granted = Assert.IsType<DirectoryProtocol.FetchGranted>(await await Task.WhenAny(claims));
        Assert.True(granted.IsSure);
        _ = Assert.Single(claims, claim => claim.IsCompleted);

        granted.Claim.Tell(new DirectoryProtocol.EndFetch(IsHeld: true));

        var replies = await Task.WhenAll(claims);
        Assert.Single(replies.OfType<DirectoryProtocol.FetchGranted>());
        var told = replies.OfType<DirectoryProtocol.FetchNotNeeded>().ToList();
        Assert.Equal(99, told.Count);
        Assert.Single(told.SelectMany(each => each.Nodes).Distinct());
    }

    [Fact]
    public async Task Should_tell_who_waits_when_somebody_announces_it()
    {
        await GrantedAsync(_nodes[0]);
        var waiting = _nodes[1].ClaimAsync(Layer);
        Assert.Equal(_nodes[0].Address, await UnderwayAsync(_nodes[2]));

        _nodes[2].Has(Layer);

        Assert.Equal([_nodes[2].Address], Assert.IsType<DirectoryProtocol.FetchNotNeeded>(await waiting).Nodes);
    }

    [Fact]
    public async Task Should_grant_it_to_the_next_when_a_fetch_failed_or_who_fetched_has_ended()
    {
        var first = await GrantedAsync(_nodes[0]);
        var holder = _nodes[1].System.ActorOf(Props.Create(() => new Fetcher()));
        var second = _nodes[1].ClaimAsync(Layer, holder: holder);
        Assert.Equal(_nodes[0].Address, await UnderwayAsync(_nodes[2]));

        first.Claim.Tell(new DirectoryProtocol.EndFetch(IsHeld: false));
        Assert.IsType<DirectoryProtocol.FetchGranted>(await second);
        Assert.Equal(_nodes[1].Address, await UnderwayAsync(_nodes[2]));
        var third = _nodes[2].ClaimAsync(Layer);

        holder.Tell(PoisonPill.Instance);
        Assert.IsType<DirectoryProtocol.FetchGranted>(await third);
    }

    [Fact]
    public async Task Should_grant_it_to_the_next_when_the_node_that_fetches_died_without_a_word()
    {
        await GrantedAsync(_nodes[0]);
        var next = _nodes[1].ClaimAsync(Layer);
        Assert.Equal(_nodes[0].Address, await UnderwayAsync(_nodes[2]));

        await _nodes[0].DisposeAsync();

        Assert.IsType<DirectoryProtocol.FetchGranted>(await next);
    }

    /// <summary>For longer than it takes a node to say three times how much it has.</summary>
    [Fact]
    public async Task Should_not_grant_again_what_was_fetched_although_nobody_has_looked_at_the_root()
    {
        var granted = await GrantedAsync(_nodes[0]);
        granted.Claim.Tell(new DirectoryProtocol.EndFetch(IsHeld: true));
        for (var i = 0; i < 10; i++)
        {
            var there = Assert.IsType<DirectoryProtocol.FetchNotNeeded>(await _nodes[1].ClaimAsync(Layer));
            Assert.Equal([_nodes[0].Address], there.Nodes);
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task Should_not_fetch_what_is_somewhere_unless_it_cannot_be_had_there()
    {
        _nodes[0].Has(Layer);
        await _nodes[1].FindsAsync([Layer], _nodes[0]);

        var there = Assert.IsType<DirectoryProtocol.FetchNotNeeded>(await _nodes[1].ClaimAsync(Layer));
        Assert.Equal([_nodes[0].Address], there.Nodes);
        Assert.IsType<DirectoryProtocol.FetchGranted>(await _nodes[1].ClaimAsync(Layer, despiteHolders: true));
    }

    private static async Task<DirectoryProtocol.FetchGranted> GrantedAsync(DirectoryNode node) =>
        Assert.IsType<DirectoryProtocol.FetchGranted>(await node.ClaimAsync(Layer));

    private static async Task<string> UnderwayAsync(DirectoryNode node) =>
        Assert.IsType<DirectoryProtocol.FetchUnderway>(
            await node.ClaimAsync(Layer, within: TimeSpan.FromSeconds(1))).Node;

    private sealed class Fetcher : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
