// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node.Neighbours;

/// <summary>Lets others fetch layers from this node's <see cref="TransferServer"/>.</summary>
internal sealed class LayerServing(Uri address, Tickets tickets, TransferSettings settings)
{
    /// <param name="sizeBytes">Of the uncompressed tar; null when not known.</param>
    public NodeProtocol.DrawTicketOk Draw(Digest digest, string client, long? sizeBytes) => new(
        address.ToString(), tickets.Issue(digest, client, settings.TicketLifetime), sizeBytes);
}
