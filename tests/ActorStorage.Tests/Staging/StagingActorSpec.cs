// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Akka.Actor;

namespace ActorStorage.Tests.Staging;

public sealed class StagingActorSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_give_back_what_was_put_bit_for_bit()
    {
        var archive = LayerArchive.Small(1);
        var put = await _client.PutLayerAsync(EngineRoot.Of(archive.Gzip(), "one"));

        using var output = new MemoryStream();
        await _client.DiffAsync("one", output, Compression.None);
        Assert.Equal(archive.Bytes, output.ToArray());
        Assert.Equal($"sha256:{archive.Sha256}", put.Layer.DiffDigest?.Value);
        Assert.Equal(Compression.Gzip, put.Layer.Compression);
        Assert.Equal("one", (await _client.FindLayersByDigestAsync(put.Layer.DiffDigest!.Value)).Single().Id.Value);
        await _engine.StopAsync();
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, _engine.Root);
        await LayerList.CleanAsync(_engine.Root);
    }

    [Fact]
    public async Task Should_stage_a_layer_once_when_it_is_asked_for_twice()
    {
        var blob = new GatedBlob(LayerArchive.Small(2).Bytes);
        var first = _client.PutLayerAsync(blob.Put("one"));
        await blob.Reached;
        var second = _client.PutLayerAsync(blob.Put("one") with { AcceptExisting = true });
        var third = _client.PutLayerAsync(blob.Put("one") with { AcceptExisting = true });
        blob.Open();

        Assert.False((await first).AlreadyPresent);
        Assert.True((await second).AlreadyPresent);
        Assert.Equal((await first).Layer, (await third).Layer);
        Assert.Equal(1, blob.Opened);
    }

    [SkippableFact]
    public async Task Should_commit_a_chain_in_its_order_whichever_is_unpacked_first()
    {
        var slow = new GatedBlob(LayerArchive.Small(0).Bytes);
        var parent = _client.PutLayerAsync(slow.Put("layer-0"));
        await slow.Reached;
        var children = Enumerable.Range(1, 6).Select(i =>
            _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(i), $"layer-{i}", $"layer-{i - 1}"))).ToArray();
        await Eventually.TrueAsync(() => StagedCount() == 7, "all are being staged");
        Assert.Empty(await _client.ListLayersAsync());
        slow.Open();

        await Task.WhenAll([parent, .. children]);

        var layers = await _client.ListLayersAsync();
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"layer-{i}"), layers.Select(layer => layer.Id.Value));
        Assert.Equal("layer-5", layers[^1].Parent?.Value);
        await _engine.StopAsync();
        await LayerList.SameAsync(Tool.GoNewest, Tool.GoNewest, _engine.Root);
        await LayerList.CleanAsync(_engine.Root);
    }

    [Fact]
    public async Task Should_refuse_the_children_and_finish_the_others_when_a_layer_fails()
    {
        var bad = _client.PutLayerAsync(EngineRoot.Of([.. LayerArchive.Small(1).Bytes.Take(3000)], "bad"));
        var child = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "child", "bad"));
        var other = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(3), "other"));

        var broken = await Assert.ThrowsAsync<StorageException>(() => bad);
        Assert.Equal(StorageErrorKind.InvalidArchive, broken.Kind);
        Assert.Contains("bad", broken.Message, StringComparison.Ordinal);
        var orphan = await Assert.ThrowsAsync<StorageException>(() => child);
        Assert.Equal(StorageErrorKind.ParentUnknown, orphan.Kind);
        await other;
        await _engine.StopAsync();
        Assert.Equal(["other"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Fact]
    public async Task Should_refuse_a_blob_that_is_not_the_announced_one()
    {
        var put = EngineRoot.Of(LayerArchive.Small(1), "one");
        var announced = new Digest("sha256:" + new string('0', 64));

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(put with { Layer = put.Layer with { ExpectedDiffDigest = announced } }));

        Assert.Equal(StorageErrorKind.DigestMismatch, refused.Kind);
        Assert.Empty(await _client.ListLayersAsync());
    }

    [Fact]
    public async Task Should_take_an_existing_layer_for_an_answer_only_when_the_asker_does()
    {
        await _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        var again = EngineRoot.Of(LayerArchive.Small(1), "one");

        Assert.True((await _client.PutLayerAsync(again with { AcceptExisting = true })).AlreadyPresent);
        var refused = await Assert.ThrowsAsync<StorageException>(() => _client.PutLayerAsync(again));
        Assert.Equal(StorageErrorKind.AlreadyExists, refused.Kind);
    }

    [Fact]
    public async Task Should_leave_nothing_when_a_request_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = _client.PutLayerAsync(blob.Put("one"), cancelled.Token);
        await blob.Reached;
        await cancelled.CancelAsync();
        blob.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        await Eventually.TrueAsync(() => StagedCount() == 0, "what was staged is gone");
        await _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
    }

    [Fact]
    public async Task Should_hand_the_work_over_when_the_first_asker_gives_up()
    {
        using var cancelled = new CancellationTokenSource();
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var first = _client.PutLayerAsync(blob.Put("one"), cancelled.Token);
        await blob.Reached;
        var second = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        var child = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "child", "one"));
        await cancelled.CancelAsync();
        blob.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False((await second).AlreadyPresent);
        Assert.Equal("one", (await child).Layer.Parent?.Value);
    }

    [Fact]
    public async Task Should_answer_by_the_deadline_when_a_blob_never_ends()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var hasty = _engine.Hasty(TimeSpan.FromMilliseconds(300));

        var refused = await Assert.ThrowsAsync<StorageException>(() => hasty.PutLayerAsync(blob.Put("one")));

        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        Assert.Contains("deadline", refused.Message, StringComparison.Ordinal);
        blob.Open();
        await Eventually.TrueAsync(() => StagedCount() == 0, "what was staged is gone");
        Assert.Empty(await _client.ListLayersAsync());
    }

    [Fact]
    public async Task Should_keep_answering_while_every_stager_and_the_lock_are_stuck()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        var blobs = Enumerable.Range(0, 8).Select(_ => new GatedBlob(LayerArchive.Small(1).Bytes)).ToArray();
        var puts = blobs.Select((blob, i) => _client.PutLayerAsync(blob.Put($"layer-{i}"))).ToArray();
        foreach (var blob in blobs) await blob.Reached;
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            var stuck = _client.SetMetadataAsync("base", "text");
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);

            using var system = ActorSystem.Create("bystander");
            var echo = system.ActorOf(Props.Create(() => new Echo()));
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(i, await echo.Ask<int>(i, Patience));
                Assert.Single(await _client.ListLayersAsync());
            }
            Assert.False(stuck.IsCompleted);
            // None of what is stuck sits on a thread of the pool.
            ThreadPool.GetAvailableThreads(out var available, out _);
            ThreadPool.GetMaxThreads(out var most, out _);
            Assert.InRange(most - available, 0, 8);
        }
        foreach (var blob in blobs) blob.Open();
        await Task.WhenAll(puts);
        Assert.Equal(9, (await _client.ListLayersAsync()).Count);
    }

    [Fact]
    public async Task Should_refuse_what_does_not_fit_in_the_queue()
    {
        await _engine.StopAsync();
        _client = await _engine.StartAsync(_engine.Settings with { StagingQueueMax = 2, StagersMax = 1 });
        var blobs = Enumerable.Range(0, 2).Select(_ => new GatedBlob(LayerArchive.Small(1).Bytes)).ToArray();
        var puts = blobs.Select((blob, i) => _client.PutLayerAsync(blob.Put($"layer-{i}"))).ToArray();
        await await Task.WhenAny(blobs.Select(blob => blob.Reached));

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("one-too-many")));

        Assert.Equal(StorageErrorKind.Busy, refused.Kind);
        Assert.True(refused.Error.CanRetry);
        foreach (var blob in blobs) blob.Open();
        await Task.WhenAll(puts);
    }

    [SkippableFact]
    public async Task Should_share_a_root_with_another_engine()
    {
        var other = await _engine.StartAsync();
        var puts = Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? _client : other).PutLayerAsync(EngineRoot.Of(LayerArchive.Small(i), $"layer-{i}")));
        await Task.WhenAll(puts);

        Assert.Equal(40, (await _client.ListLayersAsync()).Count);
        Assert.Equal(await _client.ListLayersAsync(), await other.ListLayersAsync());
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }

    private int StagedCount()
    {
        var temp = Path.Combine(_engine.Root.Overlay, "tempdirs");
        return Directory.Exists(temp)
            ? Directory.EnumerateDirectories(temp).SelectMany(Directory.EnumerateDirectories).Count()
            : 0;
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
