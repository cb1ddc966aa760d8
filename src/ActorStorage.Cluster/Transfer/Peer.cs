// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Transfer;

/// <summary>A node that may have a layer.</summary>
/// <param name="Address">Of its <see cref="TransferServer"/>.</param>
/// <param name="Ticket">Asked for whenever a transfer from it begins or is resumed, on the thread that reads, which it
/// may block. A failure counts as one of the peer's.</param>
public sealed record Peer(Uri Address, Func<CancellationToken, string> Ticket)
{
    /// <summary>With a ticket that is there already.</summary>
    public Peer(Uri address, string ticket)
        : this(address, _ => ticket)
    {
    }

    public override string ToString() => Address.Authority;
}
