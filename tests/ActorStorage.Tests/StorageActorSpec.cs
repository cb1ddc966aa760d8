// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Images;
using ActorStorage.Layers;
using ActorStorage.Tests.Staging;
using Akka.Actor;

namespace ActorStorage.Tests;

/// <summary>What becomes of a root whose actors crash.</summary>
public sealed class StorageActorSpec : IAsyncLifetime
{
    private const int MoreThanRestarts = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_let_go_of_every_lock_when_a_store_has_crashed_too_often()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
        var addresses = await AskAsync<StorageProtocol.GetAddressesOk>(
            _engine.Storage, asker => new StorageProtocol.GetAddresses(asker));
        // So many that the walk comes to the images behind the crashes.
        var nobody = new Asker(ActorRefs.Nobody, DateTimeOffset.MaxValue);
        for (var i = 0; i < 5000; i++) addresses.Images.Ref.Tell(new ImageProtocol.ListImages(nobody));
        for (var i = 0; i < MoreThanRestarts; i++) addresses.Images.Ref.Tell(Kill.Instance);

        await AskAsync<IReply>(
            addresses.Layers.Ref, asker => new LayerProtocol.DeleteLayer("one", Force: false, asker));

        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            await Eventually.TrueAsync(HasFailedAsync, "the root is refused");
        }
    }

    [Fact]
    public async Task Should_end_and_leave_nothing_when_it_crashes_itself()
    {
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = _client.PutLayerAsync(blob.Put("one"));
        await blob.Reached;

        _engine.Storage.Tell(Kill.Instance);
        var refused = await Assert.ThrowsAsync<StorageException>(() => put.WaitAsync(Patience));
        // Not before: the layer could be complete, and committed, sooner than the crash comes to its turn.
        blob.Open();

        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        await _engine.Storage.WatchAsync().WaitAsync(Patience);
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Empty(_engine.Root.LayerDirectories());
        refused = await Assert.ThrowsAsync<StorageException>(() => _client.StatusAsync().WaitAsync(Patience));
        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
    }

    [Fact]
    public async Task Should_refuse_by_its_deadline_what_comes_before_the_root_is_open()
    {
        await _engine.StopAsync();
        using var system = ActorSystem.Create("early", StorageSettings.Reference());
        await using (await LockHolder.TakeAsync(_engine.Root, Path.Combine(_engine.Root.Graph, "storage.lock")))
        {
            var storage = system.ActorOf(StorageActor.Props(_engine.Settings));
            var hasty = new StorageClient(storage, TimeSpan.FromMilliseconds(200));

            var refused = await Assert.ThrowsAsync<StorageException>(
                () => hasty.ListLayersAsync().WaitAsync(Patience));

            Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
            Assert.Contains("not open before the deadline", refused.Message, StringComparison.Ordinal);
            Assert.True(await storage.GracefulStop(Patience));
        }
    }

    private async Task<bool> HasFailedAsync()
    {
        try
        {
            await _client.StatusAsync().WaitAsync(Patience);
            return false;
        }
        catch (StorageException refused) when (refused.Kind == StorageErrorKind.Poisoned)
        {
            return true;
        }
    }

    private static Task<T> AskAsync<T>(IActorRef actor, Func<Asker, IRequest> request) => actor.Ask<T>(
        replyTo => request(new Asker(replyTo, DateTimeOffset.UtcNow + Patience)), Patience, default);
}
