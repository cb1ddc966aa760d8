// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>What several nodes do together when they are asked for a layer.</summary>
public sealed class NeighboursSpec : IAsyncLifetime
{
    private OriginServer _origin = null!;
    private NodeCluster _cluster = null!;

    public async Task InitializeAsync() =>
        (_origin, _cluster) = (await OriginServer.StartAsync(), await NodeCluster.StartAsync(3));

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Should_fetch_from_its_source_once_what_a_hundred_ask_three_nodes_for()
    {
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var asked = Enumerable.Range(0, 100).Select(i => _cluster[i % 3].EnsureAsync(layer)).ToList();
        foreach (var node in _cluster.Nodes) await node.ReachedAsync();
        // Long enough for every node to have fetched it for itself.
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Single(_origin.Requests);
        gate.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Equal(layer.Sources[0].SizeBytes, _origin.BytesSent);
        var byOutcome = answers.CountBy(answer => answer.Outcome).ToDictionary();
        Assert.Equal(1, byOutcome[EnsureOutcome.FromOrigin]);
        Assert.Equal(2, byOutcome[EnsureOutcome.FromPeer]);
        Assert.Equal(97, byOutcome[EnsureOutcome.JoinedInFlight]);
        foreach (var node in _cluster.Nodes)
            Assert.Equal(layer.Digest, Assert.Single(await node.Storage.ListLayersAsync()).DiffDigest);
        await _cluster.KnowsAsync(layer.Digest, [.. _cluster.Nodes]);
    }

    [Fact]
    public async Task Should_give_each_other_an_image_and_say_where_it_is_and_would_be_best()
    {
        WantedLayer[] chain =
            [.. Enumerable.Range(0, 5).Select(i => _origin.Layer($"layer-{i}", LayerArchive.Small(i)))];
        await EnsureImageAsync(_cluster[0], chain);
        foreach (var layer in chain) await _cluster.KnowsAsync(layer.Digest, _cluster[0]);
        var requests = _origin.Requests.Count;

        // The sources are not even named.
        var second = await EnsureImageAsync(_cluster[1], [.. chain.Select(layer => layer with { Sources = [] })]);
        Assert.All(second.Layers, layer => Assert.Equal(EnsureOutcome.FromPeer, layer.Outcome));
        Assert.All(second.Layers, layer => Assert.True(layer.FetchedBytes > 0));
        Assert.Equal(requests, _origin.Requests.Count);
        await _cluster.KnowsAsync(chain[^1].Digest, _cluster[0], _cluster[1]);

        var ranked = await _cluster[2].Client.AskAsync<NodeProtocol.RankNodesOk>(new NodeProtocol.RankNodes(
            [.. chain.Select(layer => new SizedDigest(layer.Digest, 100))], Caller.Anybody));
        Assert.Equal(3, ranked.Nodes.Count);
        Assert.Equal((_cluster[2].Address, 5, 500), Told(ranked.Nodes[^1]));
        Assert.All(ranked.Nodes.SkipLast(1), node => Assert.Equal((node.Node, 0, 0), Told(node)));
        Assert.All(ranked.Nodes, node => Assert.True(node.FreeBytes > 0));
    }

    [Fact]
    public async Task Should_take_a_layer_from_its_source_when_those_that_have_it_do_not_give_it()
    {
        var archive = LayerArchive.Small(1);
        var layer = _origin.Layer("one", archive);
        var there = await _cluster[0].EnsureAsync(layer);
        await _cluster.KnowsAsync(layer.Digest, _cluster[0]);
        // Without its tar-split no tar can be made of it.
        var root = _cluster[0].Engine.Root;
        File.Delete(Path.Combine(root.Graph, $"{root.Driver}-layers", $"{there.Layer}.tar-split.gz"));

        var made = await _cluster[1].EnsureAsync(layer);
        Assert.Equal(EnsureOutcome.FromOrigin, made.Outcome);
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _cluster[2].EnsureAsync(_origin.Layer("two", LayerArchive.Small(2)) with { Sources = [] }));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
    }

    [Fact]
    public async Task Should_fetch_itself_when_the_node_that_fetched_fails()
    {
        var archive = LayerArchive.Large(2, megabytes: 4);
        var layer = _origin.Layer("one", archive);
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var first = _cluster[0].EnsureAsync(layer, within: TimeSpan.FromSeconds(3));
        await Cli.Tests.Tools.Eventually.TrueAsync(() => _origin.Requests.Count == 1, "the first fetches");
        var second = _cluster[1].EnsureAsync(layer);
        await Assert.ThrowsAsync<StorageException>(() => first);
        await Cli.Tests.Tools.Eventually.TrueAsync(() => _origin.Requests.Count == 2, "the second fetches");
        gate.SetResult();
        Assert.Equal(EnsureOutcome.FromOrigin, (await second).Outcome);
    }

    private static Task<NodeProtocol.EnsureImageOk> EnsureImageAsync(NodeRoot node, IReadOnlyList<WantedLayer> chain) =>
        node.Client.AskAsync<NodeProtocol.EnsureImageOk>(new NodeProtocol.EnsureImage(
            new ImageId("image"), ["name"], chain, [], Handling.Usual, new Caller(TimeSpan.FromMinutes(1))));

    private static (string Node, int MissingCount, long MissingBytes) Told(NodeRank rank) =>
        (rank.Node, rank.MissingCount, rank.MissingBytes);
}
