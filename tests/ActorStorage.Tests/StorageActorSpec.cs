// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Images;
using ActorStorage.Layers;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Faults;
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
            // Nobody holds it any more, although the walk was never answered.
        }
    }

    [Fact]
    public async Task Should_answer_what_was_in_the_mailbox_of_a_store_that_ended_and_open_the_root_again()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
        var addresses = await AskAsync<StorageProtocol.GetAddressesOk>(
            _engine.Storage, asker => new StorageProtocol.GetAddresses(asker));
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = _client.PutLayerAsync(blob.Put("two"));
        await blob.Reached;

        // So many that all the rest is in the mailbox before the first crash.
        var nobody = new Asker(ActorRefs.Nobody, DateTimeOffset.MaxValue);
        for (var i = 0; i < 5000; i++) addresses.Images.Ref.Tell(new ImageProtocol.ListImages(nobody));
        for (var i = 0; i < MoreThanRestarts; i++) addresses.Images.Ref.Tell(Kill.Instance);
        var asked = Enumerable.Range(0, 100)
            .Select(_ => AskAsync<IReply>(addresses.Images.Ref, asker => new ImageProtocol.ListImages(asker)))
            .ToArray();

        foreach (var each in asked) Assert.IsType<Refused>(await each);
        await Assert.ThrowsAsync<StorageException>(() => put.WaitAsync(Patience));
        // Not before: until its job is stopped, too, it could still be committed.
        blob.Open();
        await Eventually.TrueAsync(ServesAsync, "the root is open again");
        Assert.Equal(["one"], (await _client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await _client.PutLayerAsync(EngineRoot.Empty("three"));
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Equal(["one", "three"], _engine.Root.LayerDirectories());
    }

    [Fact]
    public async Task Should_open_the_root_as_soon_as_it_can_be_opened()
    {
        await _engine.StopAsync();
        var disk = new FaultyDisk { BeforeOpen = _ => throw new StorageException(StorageErrorKind.Io, "no disk") };
        using var system = ActorSystem.Create("late", StorageSettings.Reference());
        var storage = system.ActorOf(StorageActor.Props(_engine.Settings, disk));
        var client = new StorageClient(storage, Patience);

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.StatusAsync().WaitAsync(Patience));
        Assert.Equal((StorageErrorKind.Io, "no disk"), (refused.Kind, refused.Message));
        disk.BeforeOpen = null;

        await Eventually.TrueAsync(() => ServesAsync(client), "the root is open");
        Assert.True(await storage.GracefulStop(Patience));
    }

    [Fact]
    public async Task Should_begin_anew_when_it_crashes_under_a_supervisor_that_restarts()
    {
        await _engine.StopAsync();
        using var system = ActorSystem.Create("restart", StorageSettings.Reference());
        var parent = system.ActorOf(Props.Create(() => new Restarter(StorageActor.Props(_engine.Settings, null))));
        var storage = await parent.Ask<IActorRef>("child", Patience);
        var client = new StorageClient(storage, Patience);
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = client.PutLayerAsync(blob.Put("one"));
        await blob.Reached;

        storage.Tell(Kill.Instance);
        var listed = client.ListLayersAsync();
        await Assert.ThrowsAsync<StorageException>(() => put.WaitAsync(Patience));
        blob.Open();

        Assert.Empty(await listed.WaitAsync(Patience));
        await client.PutLayerAsync(EngineRoot.Empty("two")).WaitAsync(Patience);
        Assert.True(await storage.GracefulStop(Patience));
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Equal(["two"], _engine.Root.LayerDirectories());
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

    private Task<bool> ServesAsync() => ServesAsync(_client);

    private static async Task<bool> ServesAsync(StorageClient client)
    {
        try
        {
            await client.StatusAsync().WaitAsync(Patience);
            return true;
        }
        catch (StorageException refused) when (refused.Kind is StorageErrorKind.Poisoned or StorageErrorKind.Io)
        {
            return false;
        }
    }

    private static Task<T> AskAsync<T>(IActorRef actor, Func<Asker, IRequest> request) => actor.Ask<T>(
        replyTo => request(new Asker(replyTo, DateTimeOffset.UtcNow + Patience)), Patience, default);

    private sealed class Restarter : UntypedActor
    {
        private readonly IActorRef _child;

        public Restarter(Props child) => _child = Context.ActorOf(child);

        protected override void OnReceive(object message) => Sender.Tell(_child);

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }
}
