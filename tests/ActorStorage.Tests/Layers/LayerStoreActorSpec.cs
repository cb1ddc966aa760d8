// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Staging;

namespace ActorStorage.Tests.Layers;

public sealed class LayerStoreActorSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_commit_a_hundred_queued_layers_in_one_lock_hold()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("warm"));
        var before = await HoldsAsync();
        Task<StagingProtocol.PutLayerOk>[] puts;
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            puts = [.. Enumerable.Range(0, 100).Select(i => _client.PutLayerAsync(EngineRoot.Empty($"layer-{i}")))];
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
            // Everything is staged; what remains is the commit.
            await Eventually.TrueAsync(() => StagedCount() == 100, "a hundred layers are staged");
            await AllCommandsArrivedAsync();
        }
        await Task.WhenAll(puts);

        Assert.Equal(1, await HoldsAsync() - before);
        Assert.Equal(101, (await _client.ListLayersAsync()).Count);
        Assert.Equal(101, (await LayerList.IdsAsync(Tool.GoNewest, _engine.Root)).Length);
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }

    [SkippableFact]
    public async Task Should_answer_warm_reads_and_refuse_the_expired_while_another_process_holds_the_lock()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base", null, "name"));
        Task late;
        await using (var holder = await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            Assert.Single(await _client.ListLayersAsync());
            Assert.Equal("base", (await _client.GetLayerAsync("name")).Id.Value);

            var hasty = _engine.Hasty(TimeSpan.FromMilliseconds(300));
            var refused = await Assert.ThrowsAsync<StorageException>(() => hasty.SetMetadataAsync("base", "too late"));
            Assert.Equal(StorageErrorKind.Locked, refused.Kind);
            Assert.Equal(holder.ProcessId, refused.Error.Holder?.Pid);
            Assert.Contains("perl", refused.Message, StringComparison.Ordinal);
            Assert.Equal(_engine.Root.LayersLock, refused.Error.Path);

            late = _client.PutLayerAsync(EngineRoot.Empty("late"));
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
            Assert.False(late.IsCompleted);
            Assert.Single(await _client.ListLayersAsync());
        }
        await late;
        var layers = await _client.ListLayersAsync();
        Assert.Equal(["base", "late"], layers.Select(layer => layer.Id.Value));
        Assert.Equal("", layers[0].Metadata);
    }

    [SkippableFact]
    public async Task Should_give_a_lock_back_that_nobody_waits_for_any_more()
    {
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            var hasty = _engine.Hasty(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAsync<StorageException>(() => hasty.SetMetadataAsync("any", "text"));
        }
        // It would wait for ever if the engine had kept what it was granted too late.
        await using var again = await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock);
    }

    [SkippableTheory]
    [InlineData("base", "new", null, StorageErrorKind.AlreadyExists)]
    [InlineData("other", "taken", null, StorageErrorKind.NameTaken)]
    [InlineData("other", "new", "missing", StorageErrorKind.ParentUnknown)]
    public async Task Should_refuse_and_leave_nothing_when_a_layer_cannot_be(
        string id, string name, string? parent, StorageErrorKind kind)
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base", null, "taken"));

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty(id, parent, name)));

        Assert.Equal(kind, refused.Kind);
        await _engine.StopAsync();
        Assert.Equal(["base"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [SkippableFact]
    public async Task Should_keep_names_metadata_and_data_as_the_go_tool_reads_them()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one", null, "first"));
        await _client.PutLayerAsync(EngineRoot.Empty("two"));

        Assert.Equal(["second", "first"], await _client.ChangeNamesAsync("one", NamesChange.Add, ["second"]));
        Assert.Equal(["first"], await _client.ChangeNamesAsync("two", NamesChange.Set, ["first"]));
        await _client.SetMetadataAsync("one", "<meta> & more");
        await _client.SetBigDataAsync("one", "big-item-1", new byte[] { 1, 2, 3 });
        await _client.SetBigDataAsync("one", "big-item-1", new byte[] { 4, 5 });

        Assert.Equal(new byte[] { 4, 5 }, (await _client.GetBigDataAsync("second", "big-item-1")).ToArray());
        var records = await LayerList.RecordsAsync(Tool.GoNewest, _engine.Root);
        Assert.Equal("[\"second\"]", records[0]["names"]!.ToJsonString());
        Assert.Equal("[\"first\"]", records[1]["names"]!.ToJsonString());
        Assert.Equal("<meta> & more", (string)records[0]["metadata"]!);
        var data = await Tool.GoNewest.MustAsync(_engine.Root, "get-layer-data", "one", "big-item-1");
        Assert.Equal(new byte[] { 4, 5 }, data.OutputBytes);
        var missing = await Assert.ThrowsAsync<StorageException>(() => _client.GetBigDataAsync("two", "big-item-1"));
        Assert.Equal(StorageErrorKind.NotFound, missing.Kind);
    }

    [SkippableFact]
    public async Task Should_see_at_once_what_another_process_wrote()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("ours"));
        await Tool.GoNewest.MustAsync(_engine.Root, "create-layer", "-i", "theirs", "ours");

        Assert.Equal(["ours", "theirs"], (await _client.ListLayersAsync()).Select(layer => layer.Id.Value));
        var refused = await Assert.ThrowsAsync<StorageException>(() => _client.DeleteLayerAsync("ours"));
        Assert.Equal(StorageErrorKind.HasChildren, refused.Kind);
        await _client.DeleteLayerAsync("theirs");
        await _client.DeleteLayerAsync("ours");
        Assert.Empty(await LayerList.IdsAsync(Tool.GoNewest, _engine.Root));
    }

    [SkippableFact]
    public async Task Should_refuse_to_delete_what_an_image_or_a_container_needs()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        await Tool.GoNewest.MustAsync(_engine.Root, "create-image", "-i", "image", "base");
        var refused = await Assert.ThrowsAsync<StorageException>(() => _client.DeleteLayerAsync("base"));
        Assert.Equal(StorageErrorKind.InUse, refused.Kind);
        Assert.Contains("image", refused.Message, StringComparison.Ordinal);

        await Tool.GoNewest.MustAsync(_engine.Root, "create-container", "-i", "container", "image");
        var own = (await _client.ListLayersAsync()).Single(layer => layer.Id.Value != "base");
        var held = await Assert.ThrowsAsync<StorageException>(() => _client.DeleteLayerAsync(own.Id.Value));
        Assert.Equal(StorageErrorKind.InUse, held.Kind);
        var parent = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("child", own.Id.Value)));
        Assert.Contains("would-be parent layer is a container", parent.Message, StringComparison.Ordinal);
    }

    private async Task<long> HoldsAsync() =>
        (await _client.LockStatisticsAsync()).Single(each => each.Path == _engine.Root.LayersLock).Holds;

    private int StagedCount() =>
        Directory.EnumerateFiles(_engine.Root.Overlay, "uncommitted", SearchOption.AllDirectories).Count();

    /// <summary>A query that is answered behind them shows that the store has taken all commits from its
    /// mailbox.</summary>
    private async Task AllCommandsArrivedAsync()
    {
        for (var round = 0; round < 20; round++) await _client.LockStatisticsAsync();
    }
}
