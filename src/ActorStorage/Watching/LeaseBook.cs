// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorStorage.Disk;

namespace ActorStorage.Watching;

/// <summary>Which layers are leased, as whoever keeps the leases says, for those who must not delete one. One writes,
/// everybody reads.</summary>
public sealed class LeaseBook
{
    private readonly ConcurrentDictionary<LayerId, ImmutableSortedDictionary<string, string>> _leases = new();

    /// <summary>Who has a lease of the layer; null for nobody.</summary>
    public string? OwnerOf(LayerId layer) =>
        _leases.TryGetValue(layer, out var leases) ? leases.Values.FirstOrDefault() : null;

    public void Add(LayerId layer, string leaseId, string owner) => _leases[layer] =
        _leases.GetValueOrDefault(layer, ImmutableSortedDictionary<string, string>.Empty).SetItem(leaseId, owner);

    public void Remove(LayerId layer, string leaseId)
    {
        if (!_leases.TryGetValue(layer, out var leases)) return;
        if (leases.Remove(leaseId) is { Count: > 0 } others) _leases[layer] = others;
        else _leases.TryRemove(layer, out _);
    }

    public void Clear() => _leases.Clear();
}
