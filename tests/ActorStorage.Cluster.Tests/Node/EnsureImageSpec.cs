// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>Images that others ask a node for.</summary>
public sealed class EnsureImageSpec : IAsyncLifetime
{
    private OriginServer _origin = null!;

    public async Task InitializeAsync() => _origin = await OriginServer.StartAsync();

    public async Task DisposeAsync() => await _origin.DisposeAsync();

    [Fact]
    public async Task Should_put_an_image_with_its_layers_once_and_say_so_again()
    {
        await using var root = await NodeRoot.StartAsync();
        var ensure = Image("image", "key", 4);
        var asked = Enumerable.Range(0, 5).Select(_ => AskAsync(root, ensure)).ToList();
        var answers = await Task.WhenAll(asked);
        var there = Assert.Single(await root.Storage.ListImagesAsync());
        Assert.Equal("name", Assert.Single(there.Names));
        Assert.Equal(4, (await root.Storage.ListLayersAsync()).Count);
        Assert.Equal(4, _origin.Requests.Count);
        Assert.All(answers, answer =>
        {
            Assert.Equal(there.Id, answer.Image);
            Assert.Equal(ensure.Layers.Select(layer => layer.Digest), answer.Layers.Select(layer => layer.Digest));
            Assert.Equal(there.TopLayer, answer.Layers[^1].Layer);
        });
        var data = await root.Storage.GetImageDataAsync("name", "sha256:config");
        Assert.Equal("{}", Encoding.UTF8.GetString(data.Span));
        Assert.Equal(["image"], (await root.Storage.ListImagesAsync()).Select(image => image.Id.Value));
    }

    [Fact]
    public async Task Should_say_why_when_one_of_its_layers_cannot_be_had()
    {
        await using var root = await NodeRoot.StartAsync();
        var ensure = Image("image", "", 3);
        var lost = ensure.Layers[2] with { Sources = [new LayerSource(_origin.Url("no"))] };
        var broken = ensure with { Layers = [.. ensure.Layers.Take(2), lost] };
        var refused = await Assert.ThrowsAsync<StorageException>(() => AskAsync(root, broken));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
        Assert.Empty(await root.Storage.ListImagesAsync());
        Assert.Equal(3, (await AskAsync(root, ensure)).Layers.Count);
    }

    [Fact]
    public async Task Should_keep_its_outcome_and_its_key_over_a_restart()
    {
        await using var root = await NodeRoot.StartAsync();
        var ensure = Image("image", "key", 2);
        await AskAsync(root, ensure);
        await root.StopAsync();
        await root.BeginAsync();
        var again = await AskAsync(root, ensure);
        Assert.All(again.Layers, layer => Assert.Equal(EnsureOutcome.Present, layer.Outcome));
        var other = Image("other", "key", 1);
        var refused = await Assert.ThrowsAsync<StorageException>(() => AskAsync(root, other));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }

    private NodeProtocol.EnsureImage Image(string id, string key, int layers) => new(
        new ImageId(id), ["name"],
        [.. Enumerable.Range(0, layers).Select(i => _origin.Layer($"{id}-{i}", LayerArchive.Small(i)))],
        [new ImageItem("sha256:config", "{}"u8.ToArray())], new Handling(ClientKey: key),
        new Caller(TimeSpan.FromMinutes(1), "builder"));

    private static Task<NodeProtocol.EnsureImageOk> AskAsync(NodeRoot root, NodeProtocol.EnsureImage ensure) =>
        root.Client.AskAsync<NodeProtocol.EnsureImageOk>(ensure);
}
