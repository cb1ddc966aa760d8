// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>A member of a real cluster that hears and reaches nobody for a while.</summary>
public sealed class SplitSpec : IAsyncLifetime
{
    private readonly Dictionary<string, HashSet<Digest>> _held = [];
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
        for (var i = 0; i < 3; i++) Has(i, Layers(i));
        for (var i = 0; i < 3; i++) await _nodes[0].FindsAsync(Layers(i), _nodes[i]);

        await CutAsync(Blackhole.Instance);
        await Eventually.HoldsAsync(() => Task.FromResult(_nodes[0].Reaches(2) && _nodes[2].Reaches(1)));
        // Until each side has forgotten the other.
        await _nodes[0].FindsAsync(Layers(1), _nodes[1]);
        await _nodes[0].FindsAsync(Layers(2));
        await _nodes[2].FindsAsync(Layers(2), _nodes[2]);
        await _nodes[2].FindsAsync([.. Layers(0), .. Layers(1)]);
        Assert.IsType<DirectoryProtocol.FetchGranted>(await _nodes[2].ClaimAsync(DirectoryNode.Layer(-1)));
        // Nobody on the other side hears of this.
        Has(2, [.. Layers(2).Skip(1), .. Layers(3)]);
        await _nodes[2].FindsAsync(Layers(3), _nodes[2]);

        var healing = Stopwatch.StartNew();
        await CutAsync(Unthrottled.Instance);
        await Eventually.HoldsAsync(async () => await KnowsAsync(_nodes[0]) && await KnowsAsync(_nodes[2]));
        var took = healing.Elapsed;
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}");
    }

    private void Has(int node, Digest[] layers)
    {
        _nodes[node].Has(layers);
        _held[_nodes[node].Address] = [.. layers];
    }

    /// <summary>Whether it knows everything of everybody. What it calls complete must be right in any case, of those
    /// whom it reached.</summary>
    private async Task<bool> KnowsAsync(DirectoryNode node)
    {
        Digest[] asked = [.. Enumerable.Range(0, 4).SelectMany(Layers)];
        var before = await node.OwnersAsync();
        var found = await node.FindAsync(asked);
        var after = await node.OwnersAsync();
        if (!found.IsComplete) return false;
        var wrong = _nodes.Select(each => each.Address).Where(address => !_held[address].SetEquals(
            found.Places.Where(place => place.Nodes.Contains(address)).Select(place => place.Digest))).ToList();
        if (before == after) Assert.Empty(wrong.Intersect(before.Members.Select(member => member.Address)));
        return wrong.Count == 0 && before == after && before.Members.Count == 3;
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
