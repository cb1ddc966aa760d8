// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>Three members of a real cluster that know where layers are.</summary>
public sealed class DirectoryClusterSpec : IAsyncLifetime
{
    private DirectoryNode[] _nodes = [];

    public async Task InitializeAsync() => _nodes = await DirectoryNode.StartAsync(3);

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Should_say_from_everywhere_where_layers_are_until_they_have_gone()
    {
        var (own, common) = (Layers(0, 2000), Layers(5000, 10));
        _nodes[0].Has([.. own, .. common]);
        _nodes[1].Has(common);
        foreach (var node in _nodes)
        {
            await node.FindsAsync(own, _nodes[0]);
            await node.FindsAsync(common, _nodes[0], _nodes[1]);
            await node.FindsAsync(Layers(9000, 10));
        }

        _nodes[0].Has(common);
        await _nodes[2].FindsAsync(own);
        await _nodes[2].FindsAsync(common, _nodes[0], _nodes[1]);
    }

    [Fact]
    public async Task Should_know_everything_again_within_seconds_when_a_node_has_left()
    {
        for (var i = 0; i < 3; i++) _nodes[i].Has(Layers(1000 * i, 500));
        for (var i = 0; i < 3; i++) await _nodes[0].FindsAsync(Layers(1000 * i, 500), _nodes[i]);

        await _nodes[2].LeaveAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(_nodes[0].Sees(2) && _nodes[1].Sees(2)));
        var took = await Eventually.HoldsAsync(async () =>
            (await _nodes[0].FindAsync([.. Layers(0, 500), .. Layers(1000, 500)])) is
            {
                IsComplete: true,
                Places.Count: 1000,
            });

        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}");
    }

    [Fact]
    public async Task Should_forget_a_node_that_died_without_a_word()
    {
        for (var i = 0; i < 3; i++) _nodes[i].Has(Layers(1000 * i, 500));
        await _nodes[0].FindsAsync(Layers(2000, 500), _nodes[2]);

        await _nodes[2].DisposeAsync();

        await _nodes[0].FindsAsync(Layers(2000, 500));
        await _nodes[0].FindsAsync(Layers(1000, 500), _nodes[1]);
        await _nodes[1].FindsAsync(Layers(0, 500), _nodes[0]);
    }

    private static Digest[] Layers(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(DirectoryNode.Layer)];
}
