// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;

namespace ActorStorage.Journal.Leases;

/// <summary>The leases that have not ended.</summary>
internal sealed class LeaseState
{
    private readonly Dictionary<string, LeaseGranted> _leases = new(StringComparer.Ordinal);

    public IReadOnlyCollection<LeaseGranted> All => _leases.Values;

    public LeaseGranted? Find(string leaseId) => _leases.GetValueOrDefault(leaseId);

    public bool IsRecord(LayerId layer) => _leases.Values.Any(lease => lease.Record == layer);

    public IEnumerable<LeaseGranted> ExpiredAt(DateTimeOffset now) =>
        _leases.Values.Where(lease => lease.ExpiresAt <= now);

    public LeaseSnapshot ToSnapshot() => new([.. _leases.Values]);

    public void Restore(LeaseSnapshot snapshot)
    {
        _leases.Clear();
        foreach (var lease in snapshot.Leases) _leases[lease.LeaseId] = lease;
    }

    public void Apply(LeaseEvent step)
    {
        switch (step)
        {
            case LeaseGranted granted:
                _leases[granted.LeaseId] = granted;
                break;
            case LeaseRenewed renewed when Find(renewed.LeaseId) is { } lease:
                _leases[lease.LeaseId] = lease with { ExpiresAt = renewed.ExpiresAt };
                break;
            case LeaseMoved moved when Find(moved.LeaseId) is { } lease:
                _leases[lease.LeaseId] = lease with { Record = moved.Record };
                break;
            case LeaseEnded ended:
                _leases.Remove(ended.LeaseId);
                break;
        }
    }
}
