// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>A member of a real cluster that hears and reaches nobody for a while.</summary>
public sealed class SplitSpec : IAsyncLifetime
{
    private DirectoryNode[] _nodes = [];

    public async Task InitializeAsync() => _nodes = await DirectoryNode.StartAsync(
        3, "\nakka.remote.dot-netty.tcp.applied-adapters = [trttl]");

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Should_answer_on_both_sides_of_a_split_and_be_right_within_seconds_afterwards()
    {
        for (var i = 0; i < 3; i++) _nodes[i].Has(Layers(i));
        for (var i = 0; i < 3; i++) await _nodes[0].FindsAsync(Layers(i), _nodes[i]);

        await CutAsync(Blackhole.Instance);
        await Eventually.HoldsAsync(() => Task.FromResult(_nodes[0].Reaches(2) && _nodes[2].Reaches(1)));
        await _nodes[0].FindsAsync(Layers(1), _nodes[1]);
        await _nodes[2].FindsAsync(Layers(2), _nodes[2]);
        Assert.IsType<DirectoryProtocol.FetchGranted>(await _nodes[2].ClaimAsync(DirectoryNode.Layer(-1)));
        // Nobody on the other side hears of this.
        _nodes[2].Has([.. Layers(2), .. Layers(3)]);

        await CutAsync(Unthrottled.Instance);
        await Eventually.HoldsAsync(() => Task.FromResult(_nodes.All(node => node.Reaches(3))));
        var took = await Eventually.HoldsAsync(async () => await KnowsAsync(_nodes[0]) && await KnowsAsync(_nodes[2]));
        // Within five where nothing else runs; the tests of other projects do.
        Assert.True(took < TimeSpan.FromSeconds(15), $"{took}");
    }

    private async Task<bool> KnowsAsync(DirectoryNode node)
    {
        var found = await node.FindAsync([.. Layers(1), .. Layers(2), .. Layers(3)]);
        return found.IsComplete && found.Places.Count == 1500 && found.Places.All(places =>
            places.Nodes.Single() == _nodes[Layers(1).Contains(places.Digest) ? 1 : 2].Address);
    }

    private async Task CutAsync(ThrottleMode mode)
    {
        foreach (var (from, to) in new[] { (0, 2), (1, 2), (2, 0), (2, 1) })
        {
            var provider = (IRemoteActorRefProvider)((ExtendedActorSystem)_nodes[from].System).Provider;
            await provider.Transport.ManagementCommand(new SetThrottle(
                Address.Parse(_nodes[to].Address), ThrottleTransportAdapter.Direction.Both, mode));
        }
    }

    private static Digest[] Layers(int group) =>
        [.. Enumerable.Range(1000 * group, 500).Select(DirectoryNode.Layer)];
}
