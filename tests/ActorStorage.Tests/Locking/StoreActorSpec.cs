// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using ActorStorage.Layers;
using Akka.Actor;
using LockHolder = ActorStorage.Cli.Tests.Tools.LockHolder;

namespace ActorStorage.Tests.Locking;

/// <summary>Who waits for a store while one of its requests walks to the right.</summary>
public sealed class StoreActorSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    private string ImagesLock => Path.Combine(_engine.Root.Graph, "overlay-images", "images.lock");

    public async Task InitializeAsync()
    {
        _client = await _engine.StartAsync();
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_refuse_by_its_deadline_what_comes_during_a_walk_after_an_old_timer_has_run_out()
    {
        var inTime = TimeSpan.FromSeconds(1);
        var due = DateTimeOffset.UtcNow + inTime;
        Task early;
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            early = _engine.Hasty(inTime).SetMetadataAsync("one", "early");
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
        }
        await Task.WhenAny(early);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > due + Soon, "the timer of the first has run out");

        await using (await LockHolder.TakeAsync(_engine.Root, ImagesLock))
        {
            var walk = _client.DeleteLayerAsync("one");
            await LockHolder.SomebodyWaitsAsync(ImagesLock);
            await AssertLockedAsync(_engine.Hasty(Soon).SetMetadataAsync("one", "late"));
            Assert.False(walk.IsCompleted);
        }
    }

    [Fact]
    public async Task Should_refuse_by_its_deadline_what_came_together_with_a_walk()
    {
        var layers = await LayersAsync();
        await using (await LockHolder.TakeAsync(_engine.Root, ImagesLock))
        {
            // So many that the two behind them are in the mailbox before the first one makes it look for the lock.
            var nobody = new Asker(ActorRefs.Nobody, DateTimeOffset.MaxValue);
            for (var i = 0; i < 5000; i++) layers.Tell(new LayerProtocol.ListLayers(nobody));
            layers.Tell(new LayerProtocol.DeleteLayer("one", Force: false, nobody));
            await AssertLockedAsync(layers.Ask<IReply>(
                asker => new LayerProtocol.SetLayerMetadata(
                    "one", "late", PassOn: false, new Asker(asker, DateTimeOffset.UtcNow + Soon)),
                Patience, default));
        }
    }

    [Fact]
    public async Task Should_answer_a_query_that_waited_together_with_a_walk_before_the_walk_has_ended()
    {
        var other = await _engine.StartAsync();
        // The other's write makes the first engine look again, for which it needs the lock.
        await other.PutLayerAsync(EngineRoot.Empty("two"));
        await using (await LockHolder.TakeAsync(_engine.Root, ImagesLock))
        {
            Task<IReadOnlyList<LayerRecord>> list;
            Task walk;
            await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
            {
                walk = _client.DeleteLayerAsync("one");
                await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
                list = _client.ListLayersAsync();
                // From the same sender behind the query, and answered at once: the query waits by now.
                await _client.LockStatisticsAsync();
            }
            await LockHolder.SomebodyWaitsAsync(ImagesLock);
            Assert.Equal(["one", "two"], (await list.WaitAsync(Patience)).Select(layer => layer.Id.Value));
            Assert.False(walk.IsCompleted);
        }
    }

    [Fact]
    public async Task Should_not_take_an_answer_to_what_was_asked_before_a_crash()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("two"));
        var layers = await LayersAsync();
        Task second;
        await using (await LockHolder.TakeAsync(_engine.Root, ImagesLock))
        {
            var first = _client.DeleteLayerAsync("one");
            await LockHolder.SomebodyWaitsAsync(ImagesLock);
            layers.Tell(Kill.Instance);
            await Assert.ThrowsAsync<StorageException>(() => first.WaitAsync(Patience));
            second = AgainWhilePoisonedAsync(() => _client.DeleteLayerAsync("two"));
            await Eventually.TrueAsync(IsLayersLockHeld, "the second walks");
        }
        await second.WaitAsync(Patience);
        Assert.Equal("one", Assert.Single(await _client.ListLayersAsync()).Id.Value);
    }

    /// <summary>A store that crashed stays closed for a moment.</summary>
    private static async Task AgainWhilePoisonedAsync(Func<Task> request)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await request();
                    return true;
                }
                catch (StorageException refused) when (refused.Kind == StorageErrorKind.Poisoned)
                {
                    return false;
                }
            },
            "it is open again");
    }

    private bool IsLayersLockHeld()
    {
        using var looking = FileLock.Open(_engine.Root.LayersLock);
        return looking.FindHolder(LockMode.Shared) is not null;
    }

    private async Task<IActorRef> LayersAsync()
    {
        var addresses = await _engine.Storage.Ask<StorageProtocol.GetAddressesOk>(
            asker => new StorageProtocol.GetAddresses(new Asker(asker, DateTimeOffset.UtcNow + Patience)),
            Patience, default);
        return addresses.Layers.Ref;
    }

    private static async Task AssertLockedAsync(Task request)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => request.WaitAsync(Patience));
        Assert.Equal(StorageErrorKind.Locked, refused.Kind);
        Assert.Equal(Environment.ProcessId, refused.Error.Holder?.Pid);
        Assert.EndsWith("held by another request of this engine", refused.Message, StringComparison.Ordinal);
    }

    private static async Task AssertLockedAsync(Task<IReply> request) =>
        Assert.Equal(StorageErrorKind.Locked, Assert.IsType<Refused>(await request.WaitAsync(Patience)).Error.Kind);
}
