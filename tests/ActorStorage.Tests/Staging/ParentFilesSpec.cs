// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Staging;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Staging;

/// <summary>Layers that are put together with their parents and need the parents' files, or only their maps.</summary>
public sealed class ParentFilesSpec
{
    private static readonly IdMaps Maps = new([new IdMap(0, 1000, 70000)], [new IdMap(0, 2000, 70000)]);

    [SkippableFact]
    public async Task Should_commit_a_whole_chain_when_each_layer_copies_its_parent()
    {
        await using var engine = new EngineRoot("vfs");
        var client = await engine.StartAsync();
        var slow = new GatedBlob(LayerArchive.Small(0).Bytes);
        var parent = client.PutLayerAsync(slow.Put("layer-0"));
        await slow.Reached;
        var children = Enumerable.Range(1, 4).Select(i => client.PutLayerAsync(
            EngineRoot.Of(LayerArchive.Small(i), $"layer-{i}", $"layer-{i - 1}"))).ToArray();
        slow.Open();

        await Task.WhenAll([parent, .. children]);

        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => $"layer-{i}"),
            (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await engine.StopAsync();
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, engine.Root);
    }

    [Fact]
    public async Task Should_give_a_child_its_own_maps_and_a_grandchild_the_same_when_all_are_put_at_once()
    {
        await using var engine = new EngineRoot();
        var client = await engine.StartAsync();
        var slow = new GatedBlob(LayerArchive.Small(0).Bytes);
        var below = client.PutLayerAsync(slow.Put("below"));
        await slow.Reached;
        var child = client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("child"), Parent = "below", Maps = WantedMaps.Of(Maps) }));
        var grandchild = client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "grandchild", "child"));
        slow.Open();

        Assert.True((await below).Layer.IdMaps.IsEmpty);
        Assert.Equal(Maps, (await child).Layer.IdMaps);
        Assert.Equal(Maps, (await grandchild).Layer.IdMaps);
        Assert.True(Directory.Exists($"{engine.Root.Overlay}/child/diff1"));
        Assert.False(Directory.Exists($"{engine.Root.Overlay}/grandchild/diff1"));
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_refuse_a_child_that_needs_the_files_of_a_parent_that_fails(string driver)
    {
        await using var engine = new EngineRoot(driver);
        var client = await engine.StartAsync();
        var slow = new GatedBlob([.. LayerArchive.Small(0).Bytes.Take(3000)]);
        var bad = client.PutLayerAsync(slow.Put("bad"));
        await slow.Reached;
        var child = client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("child"), Parent = "bad", Maps = WantedMaps.Of(Maps) }));
        slow.Open();

        Assert.Equal(
            StorageErrorKind.InvalidArchive, (await Assert.ThrowsAsync<StorageException>(() => bad)).Kind);
        Assert.Equal(
            StorageErrorKind.ParentUnknown, (await Assert.ThrowsAsync<StorageException>(() => child)).Kind);
        Assert.Empty(await client.ListLayersAsync());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_put_a_child_when_its_parent_is_put_too_but_was_in_the_store_before(bool acceptExisting)
    {
        await using var engine = new EngineRoot();
        var client = await engine.StartAsync();
        await client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("parent"), Maps = WantedMaps.Of(Maps) }));
        var other = await engine.StartAsync();
        // The other's write makes the first engine look again, for which it needs the lock.
        await other.PutLayerAsync(EngineRoot.Empty("theirs"));
        Task<StagingProtocol.PutLayerOk> parent, child;
        await using (await LockHolder.TakeAsync(engine.Root, engine.Root.LayersLock))
        {
            parent = client.PutLayerAsync(
                EngineRoot.Empty("parent") with { AcceptExisting = acceptExisting });
            await LockHolder.SomebodyWaitsAsync(engine.Root.LayersLock);
            var queued = new Queued();
            child = client.PutLayerAsync(
                EngineRoot.Of(LayerArchive.Small(1), "child", "parent") with { Progress = queued });
            await queued.Task;
        }

        if (acceptExisting) Assert.True((await parent).AlreadyPresent);
        else Assert.Equal(StorageErrorKind.AlreadyExists, (await RefusedAsync(parent)).Kind);
        var put = (await child).Layer;
        Assert.Equal("parent", put.Parent?.Value);
        Assert.Equal(Maps, put.IdMaps);
    }

    private static Task<StorageException> RefusedAsync(Task put) => Assert.ThrowsAsync<StorageException>(() => put);

    /// <summary>When the pool has taken the layer on.</summary>
    private sealed class Queued : IProgress<StagingProgress>
    {
        private readonly TaskCompletionSource _queued = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _queued.Task;

        public void Report(StagingProgress value) => _queued.TrySetResult();
    }
}
