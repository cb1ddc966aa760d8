// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Neighbours;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Event;

namespace ActorStorage.Cluster.Node;

/// <summary>
/// A root as a node: what answers messages from other machines (<see cref="NodeActor"/>) and, in an actor system with a
/// cluster, what serves its layers to the other nodes and says what it has. All settings come from the system's
/// configuration. Ends before the engine does.
/// </summary>
public sealed class StorageNode : IAsyncDisposable
{
    // Actors that only have to answer what they were asked.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);
    private readonly TransferServer? _server;
    private readonly IActorRef? _directory;

    private StorageNode(IActorRef actor, string address, TransferServer? server, IActorRef? directory) =>
        (Actor, Address, _server, _directory) = (actor, address, server, directory);

    public IActorRef Actor { get; }

    /// <summary>For <see cref="NodeClient"/>.</summary>
    public string Address { get; }

    /// <summary>Where other nodes fetch layers; null for a node that is alone.</summary>
    public Uri? LayersAddress => _server?.Address;

    /// <summary>The defaults of all settings of a node: a fallback for the configuration of its actor system.</summary>
    /// <param name="isAlone">Without a cluster, and without what makes one.</param>
    public static Config Reference(bool isAlone = false) => isAlone
        ? NodeSettings.Reference()
        : NodeSettings.Reference().WithFallback(TransferSettings.Reference())
            .WithFallback(DirectorySettings.Reference());

    /// <summary>Of the actor of a node that is alone, for who starts actors himself.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static Props Props(NodeSettings settings, IActorRef storage, IActorRef journal, TimeProvider? time = null) =>
        NodeActor.Props(settings, storage, journal, neighbours: null, serving: null, time ?? TimeProvider.System);

    /// <param name="system">With <c>akka.actor.provider = cluster</c> it is one of many nodes, once somebody has it
    /// join.</param>
    /// <param name="storage">The <see cref="StorageActor"/> of the root.</param>
    /// <param name="journal">Its <see cref="Journal.JournalActor"/>.</param>
    /// <exception cref="StorageException">Invalid: a setting, or a member of a cluster without the role. Io: layers
    /// cannot be served there.</exception>
    public static async Task<StorageNode> StartAsync(
        ActorSystem system, IActorRef storage, IActorRef journal, TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        var (config, clock) = (system.Settings.Config, time ?? TimeProvider.System);
        var settings = NodeSettings.From(config);
        var address = ((ExtendedActorSystem)system).Provider.DefaultAddress.ToString();
        if (((ExtendedActorSystem)system).Provider is not ClusterActorRefProvider)
        {
            var alone = system.ActorOf(Props(settings, storage, journal, clock), NodeClient.ActorName);
            return new StorageNode(alone, address, server: null, directory: null);
        }
        if (!Akka.Cluster.Cluster.Get(system).SelfRoles.Contains(DirectorySettings.Role))
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                $"akka.cluster.roles lacks {DirectorySettings.Role}, by which nodes know nodes");
        }
        var directories = DirectorySettings.From(config);
        var transfer = TransferSettings.From(config) with { Time = clock };
        var tickets = Tickets.Random(clock);
        // A request's own time ends before.
        var client = new StorageClient(storage, settings.RequestTimeMax, clock);
        var log = Logging.GetLogger(system, typeof(TransferServer));
        var server = await TransferServer.StartAsync(client, tickets, transfer, log, cancellation)
            .ConfigureAwait(false);
        var directory = system.ActorOf(
            DirectoryActor.Props(directories, client, clock), DirectoryActor.ActorName);
        var neighbours = new Neighbourhood(system, directory, transfer, settings, clock);
        var serving = new LayerServing(server.Address, tickets, transfer);
        var actor = system.ActorOf(
            NodeActor.Props(settings, storage, journal, neighbours, serving, clock), NodeClient.ActorName);
        return new StorageNode(actor, address, server, directory);
    }

    /// <summary>Answers what is under way and breaks transfers off: the receivers turn to others.</summary>
    public async ValueTask DisposeAsync()
    {
        await StoppedAsync(Actor).ConfigureAwait(false);
        if (_directory is { } directory) await StoppedAsync(directory).ConfigureAwait(false);
        if (_server is { } server) await server.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task StoppedAsync(IActorRef actor)
    {
        try
        {
            await actor.GracefulStop(StopMax).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ends with the actor system.
        }
    }
}
