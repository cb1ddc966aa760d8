// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Akka.Cluster;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>Nodes with a root each, in one cluster over loopback and in this process.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private const string Quick = """
        akka.actor.provider = cluster
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
        }
        actor-storage.directory.summary-interval = 300ms
        actor-storage.node.neighbour-wait-max = 30s
        """;

    private NodeCluster(IReadOnlyList<NodeRoot> nodes) => Nodes = nodes;

    public IReadOnlyList<NodeRoot> Nodes { get; }

    public NodeRoot this[int node] => Nodes[node];

    /// <param name="disk">Of the first node.</param>
    /// <param name="change">Likewise.</param>
    public static async Task<NodeCluster> StartAsync(
        int count, string settings = "", IDisk? disk = null, Func<StorageSettings, StorageSettings>? change = null)
    {
        var nodes = new List<NodeRoot>();
        for (var i = 0; i < count; i++)
        {
            var node = new NodeRoot();
            nodes.Add(node);
            var isFirst = nodes.Count == 1;
            await node.BeginAsync(
                $"{Quick}\n{settings}", StorageNode.Reference(), isFirst ? disk : null, isFirst ? change : null);
        }
        foreach (var node in nodes) ClusterOf(node).Join(ClusterOf(nodes[0]).SelfAddress);
        await Eventually.TrueAsync(
            () => nodes.All(node => ClusterOf(node).State.Members.Count(
                member => member.Status == MemberStatus.Up) == count),
            "all are members");
        return new NodeCluster(nodes);
    }

    /// <summary>Waits until every node knows that these have it, and nobody else.</summary>
    public Task KnowsAsync(Digest digest, params NodeRoot[] holders) => Eventually.TrueAsync(
        async () =>
        {
            foreach (var node in Nodes)
            {
                var found = await node.Client.AskAsync<NodeProtocol.WhereIsOk>(
                    new NodeProtocol.WhereIs([digest], Caller.Anybody));
                if (!found.IsComplete) return false;
                var places = found.Places.SingleOrDefault()?.Nodes ?? [];
                if (!places.Order().SequenceEqual(holders.Select(holder => holder.Address).Order())) return false;
            }
            return true;
        },
        "everybody knows who has it");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
    }

    private static Akka.Cluster.Cluster ClusterOf(NodeRoot node) => Akka.Cluster.Cluster.Get(node.System);
}
