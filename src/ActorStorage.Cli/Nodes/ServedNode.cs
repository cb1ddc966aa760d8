// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Journal;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorStorage.Cli.Nodes;

/// <summary>One life of a node in an actor system of its own: engine, journal, node, member of a cluster.</summary>
internal sealed class ServedNode : IAsyncDisposable
{
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(15);

    // Large trees that are removed take their time; what stays is removed by the next start.
    private static readonly TimeSpan StopMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan JournalWaitMax = TimeSpan.FromSeconds(10);
    private readonly ActorSystem _system;
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef? _storage;
    private IActorRef? _journal;
    private StorageNode? _node;

    private ServedNode(ActorSystem system) => _system = system;

    public StorageNode Node => _node!;

    /// <summary>Ends when others have taken it for dead, after which it is no member any more.</summary>
    public Task Removed => _removed.Task;

    private Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(_system);

    /// <param name="config">With everything that a node needs.</param>
    /// <exception cref="StorageException">Why the root cannot be opened, or nothing can be listened on.</exception>
    public static async Task<ServedNode> StartAsync(
        StorageSettings settings, Config config, CancellationToken cancellation)
    {
        var served = new ServedNode(Listening(config));
        try
        {
            await served.BeginAsync(settings, config, cancellation);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    /// <summary>Joins one of these, again and again; the first of them is the one that may begin a cluster.</summary>
    /// <returns>The addresses of the members.</returns>
    /// <exception cref="ClusterJoinFailedException">It was removed before it had joined.</exception>
    public async Task<IReadOnlyList<string>> JoinAsync(IReadOnlyList<string> seeds, CancellationToken cancellation)
    {
        await Cluster.JoinSeedNodesAsync(seeds.Select(Address.Parse), cancellation);
        Cluster.RegisterOnMemberRemoved(() => _removed.TrySetResult());
        return Members;
    }

    public string SelfAddress => Cluster.SelfAddress.ToString();

    public IReadOnlyList<string> Members => [.. Cluster.State.Members.Select(member => member.Address.ToString())];

    /// <summary>Takes nothing new and finishes what is under way, as long as it may take; then leaves the
    /// cluster.</summary>
    /// <returns>What was not finished.</returns>
    public async Task<int> DrainAsync(TimeSpan drainMax)
    {
        var drained = await new NodeClient(_system, Node.Actor).AskAsync<NodeProtocol.DrainOk>(
            new NodeProtocol.Drain(new Caller(drainMax)));
        try
        {
            using var leaving = new CancellationTokenSource(LeaveMax);
            if (Members.Contains(SelfAddress)) await Cluster.LeaveAsync(leaving.Token);
        }
        catch (OperationCanceledException)
        {
            // The others find out by themselves.
        }
        return drained.Unfinished;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        // What is late is not locked any more, and ends with the process or beside the next life.
        foreach (var actor in (IActorRef?[])[_journal, _storage])
            if (actor is not null) await EndedAsync(actor.GracefulStop(StopMax));
        await EndedAsync(_system.Terminate().WaitAsync(StopMax));
    }

    private static async Task EndedAsync(Task end)
    {
        try
        {
            await end;
        }
        catch (Exception late) when (late is OperationCanceledException or TimeoutException)
        {
            // See where it is called.
        }
    }

    private static ActorSystem Listening(Config config)
    {
        try
        {
            return ActorSystem.Create(NodeAddress.SystemName, config);
        }
        catch (Exception fault) when (fault is not StorageException)
        {
            var cause = fault.GetBaseException();
            throw new StorageException(
                StorageErrorKind.Io, $"the node's actor system does not start: {cause.Message}", cause: fault);
        }
    }

    private async Task BeginAsync(StorageSettings settings, Config config, CancellationToken cancellation)
    {
        var link = new JournalLink(settings);
        var journaled = settings.JournaledBy(link);
        _storage = _system.ActorOf(StorageActor.Props(journaled), "storage");
        var client = new StorageClient(_storage, settings.RequestTimeout, settings.Time);
        await client.OpenAsync(cancellation);
        _journal = _system.ActorOf(
            JournalActor.Props(JournalSettings.From(settings.Paths, config), link, client), "storage-journal");
        // Leases need it from the first request on. Without it layers are served all the same.
        await JournalOpening.WaitAsync(_journal, JournalWaitMax, cancellation);
        _node = await StorageNode.StartAsync(_system, _storage, _journal, settings.Time, cancellation);
    }
}
