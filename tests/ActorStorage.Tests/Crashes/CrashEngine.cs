// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Tests.Crashes;

/// <summary>An engine in an actor system that all of a test have, because thousands are started.</summary>
internal sealed class CrashEngine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IActorRef _storage;

    private CrashEngine(IActorRef storage) => (_storage, Client) = (storage, new StorageClient(storage, Patience));

    public StorageClient Client { get; }

    public static ActorSystem NewSystem() => ActorSystem.Create("crashes", ConfigurationFactory.ParseString("""
        akka {
          actor.guardian-supervisor-strategy = "Akka.Actor.StoppingSupervisorStrategy"
          stdout-loglevel = OFF
          loglevel = OFF
          log-dead-letters = off
        }
        """).WithFallback(StorageSettings.Reference()));

    /// <summary>One that may not be open yet, and never will be when its disk stops.</summary>
    public static CrashEngine Begin(ActorSystem system, StorageSettings settings, IDisk? disk = null) =>
        new(system.ActorOf(StorageActor.Props(settings, disk)));

    /// <summary>One whose root is open.</summary>
    /// <exception cref="StorageException">Why it cannot be opened.</exception>
    public static async Task<CrashEngine> StartAsync(ActorSystem system, StorageSettings settings, IDisk? disk = null)
    {
        var engine = Begin(system, settings, disk);
        try
        {
            await engine.Client.OpenAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _storage.GracefulStop(Patience);
}
