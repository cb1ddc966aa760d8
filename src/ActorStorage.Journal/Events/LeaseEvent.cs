// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Events;

/// <summary>One step in the life of a lease.</summary>
public abstract record LeaseEvent(string LeaseId) : IJournaled;

/// <param name="Record">The layer on top of the leased one that keeps it, for every tool.</param>
/// <param name="OwnerName">For people.</param>
/// <param name="EndsWithProcess">Whether an actor owns it: it is gone when the process is.</param>
/// <param name="ExpiresAt">Null for a pin.</param>
public sealed record LeaseGranted(
    string LeaseId, LayerId Layer, LayerId Record, string OwnerName, bool EndsWithProcess, DateTimeOffset At,
    DateTimeOffset? ExpiresAt) : LeaseEvent(LeaseId);

public sealed record LeaseRenewed(string LeaseId, DateTimeOffset? ExpiresAt) : LeaseEvent(LeaseId);

public sealed record LeaseEnded(string LeaseId, LeaseEnd Reason, DateTimeOffset At) : LeaseEvent(LeaseId);

/// <summary>Another layer keeps the leased one from now on: the one before has become old.</summary>
public sealed record LeaseMoved(string LeaseId, LayerId Record, DateTimeOffset At) : LeaseEvent(LeaseId);

public enum LeaseEnd
{
    Released = 1,
    Expired = 2,

    /// <summary>The actor that owned it, or its process.</summary>
    OwnerGone = 3,

    /// <summary>The record could not be made: there is no such layer, or the store refused.</summary>
    NotGranted = 4,

    /// <summary>Somebody deleted the record and the layer.</summary>
    LayerGone = 5,
}

/// <summary>The leases that have not ended.</summary>
internal sealed record LeaseSnapshot(IReadOnlyList<LeaseGranted> Leases) : IJournaled;
