// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Hosting.Health;
using ActorStorage.Hosting.Options;
using ActorStorage.Journal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ActorStorage.Hosting;

/// <summary>An engine in a host that is built with Akka.Hosting.</summary>
public static class StorageHosting
{
    /// <summary>The tag of the check whether the engine is alive, and of the one whether it can serve.</summary>
    public const string LiveTag = "live";

    /// <inheritdoc cref="LiveTag"/>
    public const string ReadyTag = "ready";

    private static readonly string[] LiveTags = [LiveTag];
    private static readonly string[] ReadyTags = [ReadyTag];

    // The last phases take as long as the engine may need, whatever other phases may take.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseMax = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Runs an engine in the actor system. Its actor is registered as <see cref="StorageActor"/>
    /// (<c>IRequiredActor&lt;StorageActor&gt;</c>), its journal, if one is kept, as <see cref="JournalActor"/>. Adds
    /// the health checks <c>storage-live</c> and <c>storage-ready</c>. The end of the host answers what was asked
    /// through the client before, and closes the root.
    /// </summary>
    public static AkkaConfigurationBuilder WithActorStorage(
        this AkkaConfigurationBuilder builder, Action<StorageOptions>? configure = null)
    {
        var options = new StorageOptions();
        configure?.Invoke(options);
        return builder
            .AddHocon(OptionsHocon.Of(options), HoconAddMode.Prepend)
            .AddHocon(PhasesOf(builder), HoconAddMode.Append)
            .AddHocon(StorageSettings.Reference(), HoconAddMode.Append)
            .AddSetup(new HostedStorage.Options(options))
            .WithActors((system, registry) =>
            {
                var storage = HostedStorage.Of(system);
                registry.Register<StorageActor>(storage.Storage);
                if (storage.Journal is { } journal) RegisterJournal(registry, journal);
            })
            .WithHealthCheck("storage-live", new LivenessCheck(), tags: LiveTags)
            .WithHealthCheck("storage-ready", new ReadinessCheck(), tags: ReadyTags);
    }

    /// <summary>Makes <see cref="StorageClient"/> a service.</summary>
    public static IServiceCollection AddStorageClient(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => HostedStorage.Of(provider.GetRequiredService<ActorSystem>()).Client);
        return services;
    }

    private static void RegisterJournal(IActorRegistry registry, IActorRef journal) =>
        registry.Register<JournalActor>(journal);

    private static Config PhasesOf(AkkaConfigurationBuilder builder)
    {
        var drainMax = HostingSettings.From(builder.Configuration.GetOrElse(Config.Empty)).DrainMax;
        return ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.coordinated-shutdown.phases {
              service-requests-done.timeout = {{(drainMax + Grace).TotalMilliseconds:0}}ms
              service-stop.timeout = {{CloseMax.TotalMilliseconds:0}}ms
            }
            """));
    }
}
