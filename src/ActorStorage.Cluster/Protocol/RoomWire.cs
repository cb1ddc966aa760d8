// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Protocol;

/// <summary>What is said of room on disk and of what takes it, as it is written, and back.</summary>
internal static class RoomWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.Reserve, Wire.Reserve>("rs1", Of, From),
        WireEntry.For<NodeProtocol.ReserveOk, Wire.ReserveOk>("rso1", Of, From),
        WireEntry.For<NodeProtocol.Collect, Wire.Collect>("co1", Of, From),
        WireEntry.For<NodeProtocol.CollectOk, Wire.CollectOk>("coo1", Of, From),
        WireEntry.For<NodeProtocol.Explain, Wire.Explain>("ex1", Of, From),
        WireEntry.For<NodeProtocol.ExplainOk, Wire.ExplainOk>("exo1", Of, From),
    ];

    private static Wire.Reserve Of(NodeProtocol.Reserve reserve) => new()
    {
        Caller = WireValues.Of(reserve.Caller),
        Bytes = reserve.Bytes,
        KeepMs = WireValues.Milliseconds(reserve.KeepFor),
    };

    private static NodeProtocol.Reserve From(Wire.Reserve wire) =>
        new(wire.Bytes, WireValues.Length(wire.KeepMs), WireValues.From(wire.Caller));

    private static Wire.ReserveOk Of(NodeProtocol.ReserveOk ok) => new() { Reservation = ok.Reservation };

    private static NodeProtocol.ReserveOk From(Wire.ReserveOk wire) => new(wire.Reservation);

    private static Wire.Collect Of(NodeProtocol.Collect collect)
    {
        var wire = new Wire.Collect
        {
            Caller = WireValues.Of(collect.Caller),
            TargetBytes = collect.TargetBytes,
            DryRun = collect.DryRun,
        };
        if (collect.UnusedFor is { } unusedFor) wire.UnusedForMs = WireValues.Milliseconds(unusedFor);
        return wire;
    }

    private static NodeProtocol.Collect From(Wire.Collect wire) => new(
        wire.TargetBytes, wire.HasUnusedForMs ? WireValues.Length(wire.UnusedForMs) : null, wire.DryRun,
        WireValues.From(wire.Caller));

    private static Wire.CollectOk Of(NodeProtocol.CollectOk ok)
    {
        var wire = new Wire.CollectOk { DiskBytes = ok.DiskBytes, Count = ok.Count };
        wire.Layers.AddRange(ok.Layers.Select(layer => new Wire.CollectedLayer
        {
            Layer = layer.Layer.Value,
            DiskBytes = layer.DiskBytes,
        }));
        return wire;
    }

    private static NodeProtocol.CollectOk From(Wire.CollectOk wire) => new(
        wire.DiskBytes, wire.Count,
        [.. wire.Layers.Select(layer => new CollectedLayer(LayerId.Recorded(layer.Layer), layer.DiskBytes))]);

    private static Wire.Explain Of(NodeProtocol.Explain explain) => new()
    {
        Caller = WireValues.Of(explain.Caller),
        Layer = explain.Layer,
    };

    private static NodeProtocol.Explain From(Wire.Explain wire) => new(wire.Layer, WireValues.From(wire.Caller));

    private static Wire.ExplainOk Of(NodeProtocol.ExplainOk ok)
    {
        var wire = new Wire.ExplainOk { Layer = ok.Layer.Value, Count = ok.Count };
        wire.Holders.AddRange(ok.Holders.Select(holder => new Wire.LayerHolder
        {
            Kind = holder.Kind.ToString(),
            Holder = holder.Holder,
        }));
        return wire;
    }

    private static NodeProtocol.ExplainOk From(Wire.ExplainOk wire) => new(
        LayerId.Recorded(wire.Layer), wire.Count,
        [.. wire.Holders.Select(holder => new LayerHolder(Kind(holder.Kind), holder.Holder))]);

    /// <summary>What a later version calls otherwise is not the asker's to take away either.</summary>
    private static LayerHolderKind Kind(string name) =>
        Enum.TryParse<LayerHolderKind>(name, out var kind) ? kind : LayerHolderKind.OtherStore;
}
