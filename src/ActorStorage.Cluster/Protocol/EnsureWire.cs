// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Google.Protobuf;

namespace ActorStorage.Cluster.Protocol;

/// <summary>What makes sure of layers and images, as it is written, and back.</summary>
internal static class EnsureWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.EnsureLayer, Wire.EnsureLayer>("el1", Of, From),
        WireEntry.For<NodeProtocol.EnsureLayerOk, Wire.EnsureLayerOk>("elo1", Of, From),
        WireEntry.For<NodeProtocol.EnsureImage, Wire.EnsureImage>("ei1", Of, From),
        WireEntry.For<NodeProtocol.EnsureImageOk, Wire.EnsureImageOk>("eio1", Of, From),
    ];

    private static Wire.EnsureLayer Of(NodeProtocol.EnsureLayer ensure)
    {
        var wire = new Wire.EnsureLayer
        {
            Caller = WireValues.Of(ensure.Caller),
            Layer = Of(ensure.Layer),
            Handling = Of(ensure.Handling),
        };
        wire.Parents.Add(ensure.Parents);
        return wire;
    }

    private static NodeProtocol.EnsureLayer From(Wire.EnsureLayer wire) => new(
        From(wire.Layer), WireValues.Digests(wire.Parents), From(wire.Handling), WireValues.From(wire.Caller));

    private static Wire.EnsureLayerOk Of(NodeProtocol.EnsureLayerOk ok) => new()
    {
        DiffDigest = ok.Digest.Value,
        Layer = ok.Layer.Value,
        Outcome = (Wire.EnsureOutcome)ok.Outcome,
        FetchedBytes = ok.FetchedBytes,
    };

    private static NodeProtocol.EnsureLayerOk From(Wire.EnsureLayerOk wire) => new(
        new Digest(wire.DiffDigest), LayerId.Recorded(wire.Layer),
        Enum.IsDefined((EnsureOutcome)wire.Outcome) ? (EnsureOutcome)wire.Outcome : EnsureOutcome.Unknown,
        wire.FetchedBytes);

    private static Wire.EnsureImage Of(NodeProtocol.EnsureImage ensure)
    {
        var wire = new Wire.EnsureImage
        {
            Caller = WireValues.Of(ensure.Caller),
            Image = ensure.Image.Value,
            Handling = Of(ensure.Handling),
        };
        wire.Names.AddRange(ensure.Names);
        wire.Layers.AddRange(ensure.Layers.Select(Of));
        wire.Items.AddRange(ensure.Items.Select(item => new Wire.ImageItem
        {
            Key = item.Key,
            Value = ByteString.CopyFrom(item.Value.Span),
            Digest = item.ManifestDigest?.Value ?? "",
        }));
        return wire;
    }

    private static NodeProtocol.EnsureImage From(Wire.EnsureImage wire) => new(
        new ImageId(wire.Image), [.. wire.Names], [.. wire.Layers.Select(From)],
        [
            .. wire.Items.Select(item => new ImageItem(
                item.Key, item.Value.Memory, WireValues.OptionalDigest(item.Digest))),
        ],
        From(wire.Handling), WireValues.From(wire.Caller));

    private static Wire.EnsureImageOk Of(NodeProtocol.EnsureImageOk ok)
    {
        var wire = new Wire.EnsureImageOk { Image = ok.Image.Value };
        wire.Layers.AddRange(ok.Layers.Select(Of));
        return wire;
    }

    private static NodeProtocol.EnsureImageOk From(Wire.EnsureImageOk wire) =>
        new(new ImageId(wire.Image), [.. wire.Layers.Select(From)]);

    private static Wire.WantedLayer Of(WantedLayer layer)
    {
        var wire = new Wire.WantedLayer { DiffDigest = layer.Digest.Value };
        wire.Sources.AddRange(layer.Sources.Select(source => new Wire.LayerSource
        {
            Url = source.Url,
            BlobDigest = source.BlobDigest?.Value ?? "",
            SizeBytes = source.SizeBytes ?? 0,
        }));
        return wire;
    }

    private static WantedLayer From(Wire.WantedLayer? wire) => wire is null
        ? throw new StorageException(StorageErrorKind.Invalid, "the layer is missing")
        : new WantedLayer(
            new Digest(wire.DiffDigest),
            [
                .. wire.Sources.Select(source => new LayerSource(
                    source.Url, WireValues.OptionalDigest(source.BlobDigest),
                    WireValues.OptionalSize(source.SizeBytes))),
            ]);

    private static Wire.Handling? Of(Handling handling) => handling == Handling.Usual ? null : new Wire.Handling
    {
        Priority = handling.Priority,
        Lease = WireValues.Of(handling.Lease),
        ClientKey = handling.ClientKey,
        Reservation = handling.Reservation,
    };

    private static Handling From(Wire.Handling? wire) => wire is null ? Handling.Usual : new Handling(
        wire.Priority, WireValues.From(wire.Lease), wire.ClientKey, wire.Reservation);
}
