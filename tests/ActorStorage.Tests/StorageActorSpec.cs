// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Images;
using ActorStorage.Layers;
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

        await AskAsync<IReply>(addresses.Layers.Ref, asker => new LayerProtocol.DeleteLayer("one", Force: false, asker));

        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            await Eventually.TrueAsync(HasFailedAsync, "the root is refused");
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
