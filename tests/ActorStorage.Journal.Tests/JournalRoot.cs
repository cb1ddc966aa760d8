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
        var link = new JournalLink(settings);
        _engine = await StorageEngine.StartAsync(settings.JournaledBy(link));
        var journal = database.SettingsFor(Paths);
        Journal = System.ActorOf(
            JournalActor.Props(change is null ? journal : change(journal), link, Client), "journal");
        return Client;
    }

    public async Task StopAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _engine = null;
    }

    public async Task<JournalHealth> HealthAsync() => (await AskAsync<JournalProtocol.GetHealthOk>(
        asker => new JournalProtocol.GetHealth(asker))).Health;

    /// <summary>Waits until the stores have been looked at and what they showed is stored.</summary>
    public Task HealthyAsync() => Eventually.TrueAsync(
        async () => await HealthAsync() is JournalHealth.Healthy, "the journal is healthy");

    /// <summary>Asks the journal; a refusal is an exception, as the client has it.</summary>
    public async Task<T> AskAsync<T>(Func<Asker, IRequest> request)
        where T : IReply => await Journal.Ask<IReply>(replyTo => request(AskerOf(replyTo)), Patience, default) switch
        {
            T answer => answer,
            Refused refused => throw new StorageException(refused.Error),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no answer to this"),
        };

    public async Task<Follower> FollowAsync(long from = 1)
    {
        var follower = new Follower();
        var subscriber = System.ActorOf(Props.Create(() => new Follower.Subscriber(follower)));
        await AskAsync<JournalProtocol.SubscribeOk>(
            asker => new JournalProtocol.Subscribe(from, subscriber, asker));
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
