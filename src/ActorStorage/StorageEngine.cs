// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage;

/// <summary>
/// One root with an actor system of its own. A service that has an actor system starts a <see cref="StorageActor"/> in
/// it instead, with <see cref="StorageSettings.Reference"/> as a fallback of its configuration.
/// </summary>
public sealed class StorageEngine : IAsyncDisposable
{
    private const string Quiet = """
        akka {
          stdout-loglevel = OFF
          loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;

    private static readonly TimeSpan SystemLivesOn = TimeSpan.FromSeconds(1);
    private readonly ActorSystem _system;
    private readonly IActorRef _storage;

    private StorageEngine(ActorSystem system, IActorRef storage, StorageSettings settings)
    {
        (_system, _storage) = (system, storage);
        Client = new StorageClient(storage, settings.RequestTimeout, settings.Time);
    }

    public StorageClient Client { get; }

    /// <summary>For those who have actors after all.</summary>
    public ActorSystem System => _system;

    /// <inheritdoc cref="System"/>
    public IActorRef Storage => _storage;

    /// <summary>Opens the root, which recovers what killed processes left.</summary>
    /// <exception cref="StorageException">Why it cannot be opened: Locked, ReadOnly, AccessDenied,
    /// NotSupported...</exception>
    public static Task<StorageEngine> StartAsync(StorageSettings settings, CancellationToken cancellation = default) =>
        StartAsync(settings, disk: null, cancellation);

    /// <summary>Likewise, on another disk than the real one.</summary>
    public static async Task<StorageEngine> StartAsync(
        StorageSettings settings, IDisk? disk, CancellationToken cancellation = default)
    {
        var config = ConfigurationFactory.ParseString(Quiet).WithFallback(StorageSettings.Reference());
        var system = ActorSystem.Create("actor-storage", config);
        var storage = system.ActorOf(StorageActor.Props(settings, disk), "storage");
        var engine = new StorageEngine(system, storage, settings);
        try
        {
            await engine.Client.OpenAsync(cancellation).ConfigureAwait(false);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the root and waits for the actor system's end.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
    }

    /// <summary>Answers what is under way with a refusal, removes what is staged, lets go of every lock. The actor
    /// system ends a second later, by itself: a process that ends now does not wait for it, nor share its processors
    /// with it.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await _storage.GracefulStop(TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Large trees take their time. What stays is not locked any more, so the next start removes it.
        }
        _system.Scheduler.Advanced.ScheduleOnce(SystemLivesOn, () => _system.Terminate());
    }
}
