// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Staging;
using ActorStorage.TestKit.Archives;
using Akka.Actor;

namespace ActorStorage.Tests.Staging;

/// <summary>Requests that hang on one another keep their own deadlines, and one's end is not the other's.</summary>
public sealed class StagingDeadlineSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_stage_the_layer_for_the_second_asker_when_the_first_ran_out_of_time()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var first = _engine.Hasty(Soon).PutLayerAsync(blob.Put("one"));
        await blob.Reached;
        var second = _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        var child = _client.PutLayerAsync(EngineRoot.Empty("child", "one"));

        await Assert.ThrowsAsync<StorageException>(() => first);
        Assert.False((await second.WaitAsync(Patience)).AlreadyPresent);
        await child.WaitAsync(Patience);

        blob.Open();
        Assert.Equal(["one", "child"], (await _client.ListLayersAsync()).Select(layer => layer.Id.Value));
    }

    [Fact]
    public async Task Should_take_time_without_an_end()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var first = _engine.Hasty(TimeSpan.MaxValue).PutLayerAsync(blob.Put("one"));
        await blob.Reached;
        var same = EngineRoot.Of(LayerArchive.Small(1), "one");
        var following = _engine.Storage.Ask<IReply>(
            replyTo => new StagingProtocol.PutLayer(
                same.Layer, same.Blob, AcceptExisting: true, Progress: null,
                new Asker(replyTo, DateTimeOffset.MaxValue), CancellationToken.None),
            Patience, CancellationToken.None);
        blob.Open();

        Assert.False((await first.WaitAsync(Patience)).AlreadyPresent);
        Assert.True(Assert.IsType<StagingProtocol.PutLayerOk>(await following).AlreadyPresent);
    }

    [Fact]
    public async Task Should_answer_the_second_asker_by_its_own_deadline()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var first = _client.PutLayerAsync(blob.Put("one"));
        await blob.Reached;

        var second = _engine.Hasty(Soon).PutLayerAsync(blob.Put("one"));
        var refused = await Assert.ThrowsAsync<StorageException>(() => second.WaitAsync(Patience));

        Assert.Contains("deadline", refused.Message, StringComparison.Ordinal);
        blob.Open();
        Assert.False((await first.WaitAsync(Patience)).AlreadyPresent);
    }

    [Fact]
    public async Task Should_answer_a_child_by_its_own_deadline_when_its_parent_is_late()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var parent = _client.PutLayerAsync(blob.Put("parent"));
        await blob.Reached;

        var child = _engine.Hasty(Soon).PutLayerAsync(EngineRoot.Empty("child", "parent"));
        var refused = await Assert.ThrowsAsync<StorageException>(() => child.WaitAsync(Patience));

        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        blob.Open();
        await parent.WaitAsync(Patience);
        Assert.Equal("parent", Assert.Single(await _client.ListLayersAsync()).Id.Value);
        await _engine.StopAsync();
        Assert.Equal(["parent"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Fact]
    public async Task Should_remove_what_was_staged_in_vain_while_every_stager_is_stuck()
    {
        await _engine.StopAsync();
        _client = await _engine.StartAsync(_engine.Settings with { StagersMax = 2 });
        var blobs = Enumerable.Range(0, 2).Select(_ => new GatedBlob(LayerArchive.Small(1).Bytes)).ToArray();
        var parent = _client.PutLayerAsync(blobs[0].Put("parent"));
        await blobs[0].Reached;
        var child = _engine.Hasty(TimeSpan.FromSeconds(2)).PutLayerAsync(EngineRoot.Empty("child", "parent"));
        await Eventually.TrueAsync(() => _engine.Root.LayersBeingStaged() == 2, "the child is being staged");
        var other = _client.PutLayerAsync(blobs[1].Put("other"));
        await blobs[1].Reached;

        await Assert.ThrowsAsync<StorageException>(() => child.WaitAsync(Patience));

        await Eventually.TrueAsync(() => _engine.Root.LayersBeingStaged() == 2, "the child is gone");
        foreach (var blob in blobs) blob.Open();
        await Task.WhenAll(parent, other);
    }

    [Fact]
    public async Task Should_put_a_layer_whose_progress_nobody_can_be_told()
    {
        var put = EngineRoot.Empty("one") with { Progress = new Deaf() };
        Assert.False((await _client.PutLayerAsync(put).WaitAsync(Patience)).AlreadyPresent);
        Assert.Single(await _client.ListLayersAsync());
    }

    [Fact]
    public async Task Should_answer_an_export_by_its_deadline_when_nobody_takes_the_bytes()
    {
        await _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        using var taken = new ManualResetEventSlim();

        var export = _engine.Hasty(Soon).DiffAsync("one", new Clogged(taken), Compression.None);
        var refused = await Assert.ThrowsAsync<StorageException>(() => export.WaitAsync(Patience));

        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        Assert.Equal("layer one was not exported before the deadline", refused.Message);
        taken.Set();
        await _engine.StopAsync();
    }

    private sealed class Deaf : IProgress<StagingProgress>
    {
        public void Report(StagingProgress value) => throw new InvalidOperationException("not now");
    }

    private sealed class Clogged(ManualResetEventSlim taken) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => taken.Wait();
        public override void Write(byte[] buffer, int offset, int count) => taken.Wait();
    }
}
