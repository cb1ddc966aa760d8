// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Nodes;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Scripts;

namespace ActorStorage.Cli.Commands;

/// <summary>nodes, where, ensure: what one may ask a running node from a shell.</summary>
internal static class NodeCommands
{
    /// <summary>nodes: every node of the cluster, and how it is.</summary>
    public static async Task<int> Nodes(CommandContext context)
    {
        var ranked = await AskAsync<NodeProtocol.RankNodesOk>(
            context, new NodeProtocol.RankNodes([], CallerOf(context)));
        if (context.Json)
        {
            context.Terminal.OutLine(NodeJson.Write(ranked));
            return 0;
        }
        foreach (var node in ranked.Nodes.OrderBy(node => node.Node, StringComparer.Ordinal))
        {
            context.Terminal.OutLine(
                $"{node.Node} {node.Running} of {node.RunningMax} running, {node.Waiting} waiting, "
                + $"{node.FreeBytes} bytes free{(node.IsDraining ? ", draining" : "")}");
        }
        return 0;
    }

    /// <summary>where: which nodes have these layers. Exit status 1 when one of them is nowhere.</summary>
    public static async Task<int> Where(CommandContext context)
    {
        Digest[] digests = [.. context.Arguments.Select(ToDigest)];
        var found = await AskAsync<NodeProtocol.WhereIsOk>(
            context, new NodeProtocol.WhereIs(digests, CallerOf(context)));
        if (context.Json) context.Terminal.OutLine(NodeJson.Write(found));
        foreach (var places in context.Json ? [] : found.Places)
            context.Terminal.OutLine($"{places.Digest} {string.Join(' ', places.Nodes)}");
        if (!found.IsComplete)
            context.Terminal.ErrorLine("where: not all nodes have been heard of: there may be more");
        return digests.Distinct().Count() == found.Places.Count ? 0 : 1;
    }

    /// <summary>ensure: has a layer put, from another node or from one of the sources.</summary>
    public static async Task<int> Ensure(CommandContext context)
    {
        var options = context.Options;
        var sources = context.Arguments.Skip(1).Select(url => new LayerSource(url)).ToList();
        var lease = options.Text(CommandOptions.LeaseName) is { Length: > 0 } name
            ? new LeaseTerm(name, CommandOptions.Duration(options, CommandOptions.KeepFor))
            : null;
        var ensured = await AskAsync<NodeProtocol.EnsureLayerOk>(context, new NodeProtocol.EnsureLayer(
            new WantedLayer(ToDigest(context.Arguments[0]), sources),
            [.. options.List(CommandOptions.ParentDigest).Select(ToDigest)],
            new Handling(Lease: lease, ClientKey: options.Text(CommandOptions.ClientKey)), CallerOf(context)));
        context.Terminal.OutLine(context.Json
            ? NodeJson.Write(ensured)
            : $"{ensured.Layer} {Word(ensured.Outcome)} {ensured.FetchedBytes} bytes");
        return 0;
    }

    private static async Task<T> AskAsync<T>(CommandContext context, INodeRequest request)
        where T : INodeReply
    {
        var config = NodeConfig.ForAsking(context.Options.Text(CommandOptions.ConfigFile));
        await using var remote = RemoteNode.Connect(
            NodeAddress.Of(context.Options.Text(CommandOptions.NodeName), config, "--node"), config);
        return await new NodeClient(remote.System, remote.Node).AskAsync<T>(request, context.Cancellation);
    }

    private static Caller CallerOf(CommandContext context) => new(
        CommandOptions.Duration(context.Options, CommandOptions.Within), $"actor-storage {Environment.UserName}");

    /// <exception cref="StorageException">Invalid: it is none.</exception>
    private static Digest ToDigest(string text) => Digest.Fault(text) is { } fault
        ? throw new StorageException(StorageErrorKind.Invalid, $"{Quoted.Text(text)} is no digest: {fault}")
        : new Digest(text);

    private static string Word(EnsureOutcome outcome) => outcome switch
    {
        EnsureOutcome.Present => "present",
        EnsureOutcome.Staged => "staged",
        EnsureOutcome.FromPeer => "from-peer",
        EnsureOutcome.FromOrigin => "from-origin",
        EnsureOutcome.JoinedInFlight => "joined-in-flight",
        _ => "unknown",
    };
}
