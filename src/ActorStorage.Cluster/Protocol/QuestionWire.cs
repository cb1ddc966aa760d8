// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Questions about what is where, as they are written, and back.</summary>
internal static class QuestionWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.FindMissing, Wire.FindMissing>("fm1", Of, From),
        WireEntry.For<NodeProtocol.FindMissingOk, Wire.FindMissingOk>("fmo1", Of, From),
        WireEntry.For<NodeProtocol.WhereIs, Wire.WhereIs>("wi1", Of, From),
        WireEntry.For<NodeProtocol.WhereIsOk, Wire.WhereIsOk>("wio1", Of, From),
        WireEntry.For<NodeProtocol.RankNodes, Wire.RankNodes>("rn1", Of, From),
        WireEntry.For<NodeProtocol.RankNodesOk, Wire.RankNodesOk>("rno1", Of, From),
        WireEntry.For<NodeProtocol.DrawTicket, Wire.DrawTicket>("dt1", Of, From),
        WireEntry.For<NodeProtocol.DrawTicketOk, Wire.DrawTicketOk>("dto1", Of, From),
    ];

    private static Wire.FindMissing Of(NodeProtocol.FindMissing find)
    {
        var wire = new Wire.FindMissing { Caller = WireValues.Of(find.Caller), Lease = WireValues.Of(find.Lease) };
        wire.Digests.Add(find.Digests);
        return wire;
    }

    private static NodeProtocol.FindMissing From(Wire.FindMissing wire) => new(
        WireValues.Digests(wire.Digests), WireValues.From(wire.Lease), WireValues.From(wire.Caller));

    private static Wire.FindMissingOk Of(NodeProtocol.FindMissingOk ok)
    {
        var wire = new Wire.FindMissingOk();
        wire.Missing.Add(ok.Missing);
        return wire;
    }

    private static NodeProtocol.FindMissingOk From(Wire.FindMissingOk wire) => new(WireValues.Digests(wire.Missing));

    private static Wire.WhereIs Of(NodeProtocol.WhereIs where)
    {
        var wire = new Wire.WhereIs { Caller = WireValues.Of(where.Caller) };
        wire.Digests.Add(where.Digests);
        return wire;
    }

    private static NodeProtocol.WhereIs From(Wire.WhereIs wire) =>
        new(WireValues.Digests(wire.Digests), WireValues.From(wire.Caller));

    /// <summary>Each address once: a thousand digests on some nodes must fit into a message.</summary>
    private static Wire.WhereIsOk Of(NodeProtocol.WhereIsOk ok)
    {
        var wire = new Wire.WhereIsOk { IsIncomplete = !ok.IsComplete };
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (digest, nodes) in ok.Places)
        {
            var places = new Wire.DigestPlaces { Digest = digest.Value };
            foreach (var node in nodes)
            {
                if (indexes.TryAdd(node, indexes.Count)) wire.Nodes.Add(node);
                places.Nodes.Add(indexes[node]);
            }
            wire.Places.Add(places);
        }
        return wire;
    }

    private static NodeProtocol.WhereIsOk From(Wire.WhereIsOk wire) => new(
        [
            .. wire.Places.Select(places => new DigestPlaces(
                new Digest(places.Digest), [.. places.Nodes.Select(index => NodeAt(wire, index))])),
        ],
        !wire.IsIncomplete);

    private static string NodeAt(Wire.WhereIsOk wire, int index) => index >= 0 && index < wire.Nodes.Count
        ? wire.Nodes[index]
        : throw new StorageException(StorageErrorKind.Invalid, $"there is no node {index} in the answer");

    private static Wire.RankNodes Of(NodeProtocol.RankNodes rank)
    {
        var wire = new Wire.RankNodes
        {
            Caller = WireValues.Of(rank.Caller),
            IsOnlyOfNode = rank.IsOnlyOfNode,
        };
        wire.Layers.AddRange(rank.Layers.Select(layer => new Wire.SizedDigest
        {
            Digest = layer.Digest.Value,
            SizeBytes = layer.SizeBytes ?? 0,
        }));
        return wire;
    }

    private static NodeProtocol.RankNodes From(Wire.RankNodes wire) => new(
        [
            .. wire.Layers.Select(layer => new SizedDigest(
                new Digest(layer.Digest), WireValues.OptionalSize(layer.SizeBytes))),
        ],
        WireValues.From(wire.Caller), wire.IsOnlyOfNode);

    private static Wire.RankNodesOk Of(NodeProtocol.RankNodesOk ok)
    {
        var wire = new Wire.RankNodesOk();
        wire.Nodes.AddRange(ok.Nodes.Select(node => new Wire.NodeRank
        {
            Node = node.Node,
            MissingCount = node.MissingCount,
            MissingBytes = node.MissingBytes,
            Running = node.Running,
            RunningMax = node.RunningMax,
            Waiting = node.Waiting,
            FreeBytes = node.FreeBytes,
            IsDraining = node.IsDraining,
        }));
        return wire;
    }

    private static NodeProtocol.RankNodesOk From(Wire.RankNodesOk wire) => new(
    [
        .. wire.Nodes.Select(node => new NodeRank(
            node.Node, node.MissingCount, node.MissingBytes, node.Running, node.RunningMax, node.Waiting,
            node.FreeBytes, node.IsDraining)),
    ]);

    private static Wire.DrawTicket Of(NodeProtocol.DrawTicket draw) => new()
    {
        Caller = WireValues.Of(draw.Caller),
        Digest = draw.Digest.Value,
    };

    private static NodeProtocol.DrawTicket From(Wire.DrawTicket wire) =>
        new(new Digest(wire.Digest), WireValues.From(wire.Caller));

    private static Wire.DrawTicketOk Of(NodeProtocol.DrawTicketOk ok) => new()
    {
        Url = ok.Url,
        Ticket = ok.Ticket,
        SizeBytes = ok.SizeBytes ?? 0,
    };

    private static NodeProtocol.DrawTicketOk From(Wire.DrawTicketOk wire) =>
        new(wire.Url, wire.Ticket, WireValues.OptionalSize(wire.SizeBytes));
}
