// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Journal;
using ActorStorage.Watching;
using Akka;
using Akka.Actor;
using Akka.Actor.Setup;

namespace ActorStorage.Hosting;

/// <summary>
/// The engine of a host's actor system. It begins when somebody first asks for it: the start of the system, or before
/// that a service that wants the client in its constructor.
/// </summary>
internal sealed class HostedStorage : IExtension
{
    // Large trees that are removed take their time; what stays is removed by the next start.
    private static readonly TimeSpan CloseMax = TimeSpan.FromMinutes(1);

    private HostedStorage(ExtendedActorSystem system, StorageOptions options)
    {
        var config = system.Settings.Config;
        Hosting = HostingSettings.From(config);
        Settings = options.Finish(SettingsOf(options, config));
        var link = options.Journal is null ? null : new JournalLink(Settings);
        Storage = system.ActorOf(StorageActor.Props(link is null ? Settings : Settings.JournaledBy(link)), "storage");
        Client = new StorageClient(Storage, Settings.RequestTimeout, Settings.Time);
        Pulse = system.ActorOf(Props.Empty, "storage-pulse");
        if (link is not null) Journal = Begun(system, link);
        EndWith(CoordinatedShutdown.Get(system));
    }

    public HostingSettings Hosting { get; }

    public StorageSettings Settings { get; }

    public IActorRef Storage { get; }

    public StorageClient Client { get; }

    /// <summary>Does nothing, on the default dispatcher: that it answers shows that others could.</summary>
    public IActorRef Pulse { get; }

    /// <summary>Null when none is kept.</summary>
    public IActorRef? Journal { get; }

    public static HostedStorage Of(ActorSystem system) => system.WithExtension<HostedStorage, Provider>();

    private static StorageSettings SettingsOf(StorageOptions options, Akka.Configuration.Config config) =>
        options.GraphRoot is null
            ? StorageSettings.From(StorageConf.Load(StorageConfEnvironment.OfProcess()), config)
            : StorageSettings.From(
                new StoragePaths(options.GraphRoot, options.RunRoot, options.Driver), config) with
            {
                DriverOptions = options.DriverOptions,
            };

    // A method of its own: without a journal its assemblies are not loaded.
    private IActorRef Begun(ExtendedActorSystem system, JournalLink link)
    {
        var journal = JournalSettings.From(Settings.Paths, system.Settings.Config);
        // A client of its own: what it has begun goes on while others are refused.
        var client = new StorageClient(Storage, Settings.RequestTimeout, Settings.Time);
        return system.ActorOf(JournalActor.Props(journal, link, client, Settings.Time), "storage-journal");
    }

    /// <summary>First nothing more is taken and what is under way is answered, then journal and root are
    /// closed.</summary>
    private void EndWith(CoordinatedShutdown shutdown)
    {
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "storage-drain", async () =>
        {
            await Client.DrainAsync(Hosting.DrainMax).ConfigureAwait(false);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "storage-close", async () =>
        {
            if (Journal is { } journal) await ClosedAsync(journal).ConfigureAwait(false);
            await ClosedAsync(Storage).ConfigureAwait(false);
            return Done.Instance;
        });
    }

    private static async Task ClosedAsync(IActorRef actor)
    {
        try
        {
            await actor.GracefulStop(CloseMax).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What stays is not locked any more.
        }
    }

    /// <summary>Carries the options to where the system makes this.</summary>
    internal sealed class Options(StorageOptions options) : Setup
    {
        public StorageOptions Value => options;
    }

    private sealed class Provider : ExtensionIdProvider<HostedStorage>
    {
        public override HostedStorage CreateExtension(ExtendedActorSystem system) =>
            system.Settings.Setup.Get<Options>() is { HasValue: true, Value: var options }
                ? new HostedStorage(system, options.Value)
                : throw new InvalidOperationException(
                    $"actor system {system.Name} has no storage: its builder was not told WithActorStorage");
    }
}
