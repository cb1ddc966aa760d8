// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Journal.Leases;

/// <summary>
/// What one may say to <see cref="JournalActor"/> about leases. A leased layer, and all below it, stays: an empty layer
/// stands on it, which our own deletions and those of the Go tools stop at. src/README.md says what does not.
/// </summary>
public static class LeaseProtocol
{
    public interface ILeaseRequest : IRequest;

    /// <param name="TimeToLive">Null for a pin, which ends only when it is released.</param>
    /// <param name="OwnerName">For people who look at the list.</param>
    /// <param name="Owner">When this actor ends, or the process, so does the lease; null for a lease that outlives
    /// both.</param>
    public sealed record AcquireLease(
        LayerId Layer, TimeSpan? TimeToLive, string OwnerName, IActorRef? Owner, Asker Asker)
        : ILeaseRequest, ILocalMessage;
    public sealed record AcquireLeaseOk(Lease Lease) : IReply, IWireMessage;

    /// <param name="TimeToLive">From now on; null makes a pin of it.</param>
    public sealed record RenewLease(string LeaseId, TimeSpan? TimeToLive, Asker Asker) : ILeaseRequest, IWireMessage;
    public sealed record RenewLeaseOk(Lease Lease) : IReply, IWireMessage;

    public sealed record ReleaseLease(string LeaseId, Asker Asker) : ILeaseRequest, IWireMessage;
    public sealed record ReleaseLeaseOk : IReply, IWireMessage;

    public sealed record ListLeases(Asker Asker) : ILeaseRequest, IWireMessage;
    public sealed record ListLeasesOk(IReadOnlyList<Lease> Leases) : IReply, IWireMessage;
}

/// <param name="ExpiresAt">Null for a pin.</param>
public sealed record Lease(string Id, LayerId Layer, string OwnerName, DateTimeOffset? ExpiresAt);
