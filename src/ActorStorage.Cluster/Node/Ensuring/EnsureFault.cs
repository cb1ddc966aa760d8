// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Origin;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node.Ensuring;

/// <summary>What can be wrong with a wish before anything is looked for.</summary>
internal static class EnsureFault
{
    public static StorageError? Of(NodeProtocol.EnsureLayer ensure) =>
        ensure.Parents.Select(Of).FirstOrDefault(fault => fault is not null) ?? Of([ensure.Layer], ensure.Handling);

    public static StorageError? Of(NodeProtocol.EnsureImage ensure) =>
        ensure.Image.CreationFault is { } fault
            ? new StorageError(StorageErrorKind.Invalid, $"image id {Quoted.Text(ensure.Image.Value)} {fault}")
            : Of(ensure.Layers, ensure.Handling);

    private static StorageError? Of(IReadOnlyList<WantedLayer> layers, Handling handling) =>
        NamedLeases.Fault(handling.Lease)
        ?? (handling.Reservation.Length > 0 && !Guid.TryParseExact(handling.Reservation, "N", out _)
            ? new StorageError(StorageErrorKind.Invalid, $"{Quoted.Text(handling.Reservation)} is no reservation")
            : null)
        ?? layers.Select(layer => Of(layer.Digest)).FirstOrDefault(fault => fault is not null)
        ?? layers.SelectMany(layer => layer.Sources).Select(LayerOrigin.Fault)
            .FirstOrDefault(fault => fault is not null);

    private static StorageError? Of(Digest digest) => digest.IsSha256
        ? null
        : new StorageError(StorageErrorKind.NotSupported, $"{digest} is not compared while it is unpacked");
}
