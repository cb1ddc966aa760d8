// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>Uses and origins as they are stored, and back.</summary>
internal static class UseWire
{
    public static Wire.LayersUsed Of(LayersUsed used)
    {
        var wire = new Wire.LayersUsed();
        wire.Uses.AddRange(used.Uses.Select(Of));
        return wire;
    }

    public static LayersUsed From(Wire.LayersUsed wire) => new([.. wire.Uses.Select(From)]);

    public static Wire.ItemPut Of(ItemPut put) => Of(put.Provenance);

    public static ItemPut From(Wire.ItemPut wire) => new(ToProvenance(wire));

    public static Wire.UseSnapshot Of(UseSnapshot snapshot)
    {
        var wire = new Wire.UseSnapshot();
        wire.Uses.AddRange(snapshot.Uses.Select(Of));
        wire.Origins.AddRange(snapshot.Origins.Select(Of));
        return wire;
    }

    public static UseSnapshot From(Wire.UseSnapshot wire) =>
        new([.. wire.Uses.Select(From)], [.. wire.Origins.Select(ToProvenance)]);

    private static Wire.LayerUse Of(LayerUsed used) => new()
    {
        Layer = used.Layer.Value,
        Kind = (int)used.Kind,
        At = WireTime.Of(used.At),
    };

    private static LayerUsed From(Wire.LayerUse wire) =>
        new(LayerId.Recorded(wire.Layer), (UseKind)wire.Kind, WireTime.From(wire.At));

    private static Wire.ItemPut Of(Provenance provenance) => new()
    {
        Store = (int)provenance.Store,
        Id = provenance.Id,
        Client = provenance.Client,
        Source = provenance.Source,
        At = WireTime.Of(provenance.At),
    };

    private static Provenance ToProvenance(Wire.ItemPut wire) =>
        new((StoreKind)wire.Store, wire.Id, wire.Client, wire.Source, WireTime.From(wire.At));
}
