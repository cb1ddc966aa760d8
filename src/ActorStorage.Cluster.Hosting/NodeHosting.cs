// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Hosting;
using ActorStorage.Hosting.Options;
using ActorStorage.Journal;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorStorage.Cluster.Hosting;

/// <summary>A node of a cluster in a host that is built with Akka.Hosting.</summary>
public static class NodeHosting
{
    // What the node does when it has nothing to finish any more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Makes the engine's root a node that answers other machines, in the cluster of the actor system. Comes after
    /// <see cref="StorageHosting.WithActorStorage"/> with a journal. Its actor is registered as
    /// <see cref="StorageNode"/> (<c>IRequiredActor&lt;StorageNode&gt;</c>). The end of the host takes nothing new,
    /// answers what is under way, and leaves the cluster.
    /// </summary>
    public static AkkaConfigurationBuilder WithStorageNode(
        this AkkaConfigurationBuilder builder, Action<NodeOptions>? configure = null)
    {
        var options = new NodeOptions();
        configure?.Invoke(options);
        return builder
            .AddHocon(OptionsHocon.Of(options), HoconAddMode.Prepend)
            .AddHocon(PhaseOf(builder), HoconAddMode.Append)
            .AddHocon(StorageNode.Reference(options.IsAlone), HoconAddMode.Append)
            .WithActors(BeginAsync);
    }

    private static async Task BeginAsync(ActorSystem system, IActorRegistry registry)
    {
        if (!registry.TryGet<StorageActor>(out var storage) || !registry.TryGet<JournalActor>(out var journal))
        {
            throw new StorageException(
                StorageErrorKind.Invalid, "WithStorageNode comes after WithActorStorage, with options.Journal set");
        }
        var node = await StorageNode.StartAsync(system, storage, journal).ConfigureAwait(false);
        registry.Register<StorageNode>(node.Actor);
        var drainMax = HostingSettings.From(system.Settings.Config).DrainMax;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "storage-node", async () =>
        {
            await using (node)
            {
                await new NodeClient(system, node.Actor).AskAsync<NodeProtocol.DrainOk>(
                    new NodeProtocol.Drain(new Caller(drainMax))).ConfigureAwait(false);
            }
            return Done.Instance;
        });
    }

    private static Config PhaseOf(AkkaConfigurationBuilder builder)
    {
        var drainMax = HostingSettings.From(builder.Configuration.GetOrElse(Config.Empty)).DrainMax;
        return ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.coordinated-shutdown.phases.service-unbind.timeout = {{(drainMax + Grace).TotalMilliseconds:0}}ms
            """));
    }
}
