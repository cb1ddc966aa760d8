// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Tests;

/// <summary>A root in the temporary directory with an engine on it that keeps a journal.</summary>
internal sealed class JournalRoot(IJournalDatabase database) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private StorageEngine? _engine;

    public StorageRoot Root { get; } = new();

    public StoragePaths Paths => new(Root.Graph, Root.Run);

    public IJournalDatabase Database => database;

    public IActorRef Journal { get; private set; } = ActorRefs.Nobody;

    public StorageClient Client => _engine!.Client;

    public ActorSystem System => _engine!.System;

    public async Task<StorageClient> StartAsync(Func<JournalSettings, JournalSettings>? change = null)
    {
        var settings = StorageSettings.From(Paths);
        var pictures = new PictureQueue(settings.PictureQueueMax);
        _engine = await StorageEngine.StartAsync(settings with { Pictures = pictures });
        var journal = database.SettingsFor(Paths);
        Journal = System.ActorOf(JournalActor.Props(change is null ? journal : change(journal), pictures), "journal");
        return Client;
    }

    public async Task StopAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _engine = null;
    }

    public async Task<JournalHealth> HealthAsync() => (await Journal.Ask<JournalProtocol.GetHealthOk>(
        replyTo => new JournalProtocol.GetHealth(AskerOf(replyTo)), Patience, default)).Health;

    /// <summary>Waits until the stores have been looked at and what they showed is stored.</summary>
    public Task HealthyAsync() => Eventually.TrueAsync(
        async () => await HealthAsync() is JournalHealth.Healthy, "the journal is healthy");

    public async Task<Follower> FollowAsync(long from = 1)
    {
        var follower = new Follower();
        var subscriber = System.ActorOf(Props.Create(() => new Follower.Subscriber(follower)));
        await Journal.Ask<JournalProtocol.SubscribeOk>(
            replyTo => new JournalProtocol.Subscribe(from, subscriber, AskerOf(replyTo)), Patience, default);
        return follower;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await database.DisposeAsync();
        await Root.DisposeAsync();
    }

    private static Asker AskerOf(IActorRef replyTo) => new(replyTo, DateTimeOffset.UtcNow + Patience);
}
