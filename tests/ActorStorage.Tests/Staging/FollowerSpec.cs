// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Staging;

/// <summary>Those who ask for a layer that is being put for somebody else keep their own words.</summary>
public sealed class FollowerSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly EngineRoot _engine = new();
    private readonly GatedBlob _cut = new([.. LayerArchive.Small(1).Bytes.Take(3000)]);
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_refuse_only_those_who_do_not_accept_a_layer_that_is_there()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var first = _client.PutLayerAsync(blob.Put("one"));
        await blob.Reached;
        var accepting = _client.PutLayerAsync(EngineRoot.Empty("one") with { AcceptExisting = true });
        var strict = _client.PutLayerAsync(EngineRoot.Empty("one"));
        blob.Open();

        Assert.False((await first).AlreadyPresent);
        Assert.True((await accepting).AlreadyPresent);
        await AssertRefusedAsync(StorageErrorKind.AlreadyExists, strict);
    }

    [Fact]
    public async Task Should_take_the_next_ones_blob_when_that_of_the_first_is_broken()
    {
        var first = _client.PutLayerAsync(_cut.Put("one"));
        await _cut.Reached;
        var second = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        var child = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "child", "one"));
        _cut.Open();

        await AssertRefusedAsync(StorageErrorKind.InvalidArchive, first);
        Assert.False((await second.WaitAsync(Patience)).AlreadyPresent);
        Assert.Equal("one", (await child.WaitAsync(Patience)).Layer.Parent?.Value);
    }

    [Fact]
    public async Task Should_put_the_layer_on_the_next_ones_parent_when_the_first_is_refused()
    {
        var below = new GatedBlob(LayerArchive.Small(2).Bytes);
        var parent = _client.PutLayerAsync(below.Put("parent"));
        await below.Reached;
        var first = _client.PutLayerAsync(_cut.Put("one"));
        await _cut.Reached;
        var second = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one", "parent"));
        _cut.Open();

        await AssertRefusedAsync(StorageErrorKind.InvalidArchive, first);
        below.Open();
        await parent.WaitAsync(Patience);
        Assert.Equal("parent", (await second.WaitAsync(Patience)).Layer.Parent?.Value);
    }

    [Fact]
    public async Task Should_refuse_a_layer_that_would_be_put_on_its_own_child()
    {
        var first = _client.PutLayerAsync(_cut.Put("one"));
        await _cut.Reached;
        var child = _client.PutLayerAsync(EngineRoot.Empty("child", "one"));
        var second = _client.PutLayerAsync(EngineRoot.Empty("one", "child"));
        _cut.Open();

        await AssertRefusedAsync(StorageErrorKind.InvalidArchive, first);
        await AssertRefusedAsync(StorageErrorKind.ParentUnknown, second);
        await AssertRefusedAsync(StorageErrorKind.ParentUnknown, child);
        Assert.Empty(await _client.ListLayersAsync());
    }

    private static async Task AssertRefusedAsync(StorageErrorKind kind, Task put) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<StorageException>(() => put.WaitAsync(Patience))).Kind);
}
