// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Which nodes have which digests, for those that fall into one bucket: as the nodes told it, which may be
/// wrong, and what each of them says from time to time to find that out.</summary>
internal sealed class Bucket(NodeNumbers nodes)
{
    // A set is never changed: one that all keys of a node share among them.
    private readonly Dictionary<DigestKey, ushort[]> _holders = [];
    private readonly Dictionary<ushort, Share> _shares = [];

    public IEnumerable<ushort> Nodes => _shares.Keys;

    public int Count => _holders.Count;

    public ushort[] Holders(DigestKey key) => _holders.GetValueOrDefault(key, []);

    /// <returns>False when that was known, if only until the node began to tell everything.</returns>
    public bool Add(ushort node, DigestKey key, long now)
    {
        if (_holders.TryGetValue(key, out var holders) && Array.IndexOf(holders, node) >= 0) return false;
        _holders[key] = holders is null ? nodes.Alone(node) : [.. holders, node];
        var share = ShareOf(node, now);
        share.Change(1, key.First);
        return share.Before?.Remove(key) != true;
    }

    public void Remove(ushort node, DigestKey key)
    {
        if (!_holders.TryGetValue(key, out var holders) || Array.IndexOf(holders, node) < 0) return;
        Leave(node, key, holders);
        _shares[node].Change(-1, key.First);
    }

    /// <summary>What a node says it has, by its count and sum.</summary>
    /// <returns>Whether that is what is known of it.</returns>
    public bool Compare(ushort node, int count, ulong sum, long now)
    {
        var share = ShareOf(node, now);
        share.HeardAt = now;
        share.Agrees = share.Count == count && share.Sum == sum;
        if (share.Agrees) (share.AskedAt, share.Before) = (null, null);
        return share.Agrees;
    }

    /// <summary>Asks a node that does not agree for all that it has, unless it was asked since then: the answer is on
    /// its way, and to ask again would only make it later.</summary>
    public bool IsToBeAsked(ushort node, long now, long since)
    {
        var share = ShareOf(node, now);
        if (share.AskedAt >= since) return false;
        share.AskedAt = now;
        return true;
    }

    /// <summary>What the node has told may be old: it agrees again with its next word.</summary>
    public void Doubt(ushort node)
    {
        if (_shares.TryGetValue(node, out var share)) (share.Agrees, share.AskedAt) = (false, null);
    }

    /// <summary>Nothing was missed of this node when it was last heard.</summary>
    public bool Agrees(ushort node) => _shares.TryGetValue(node, out var share) && share.Agrees;

    /// <summary>The node is about to tell everything.</summary>
    public void Empty(ushort node, long now)
    {
        var share = ShareOf(node, now);
        if (share.Count > 0)
        {
            // Removing and replacing entries leaves an enumeration of a dictionary valid.
            foreach (var (key, holders) in _holders)
            {
                if (Array.IndexOf(holders, node) < 0) continue;
                Leave(node, key, holders);
                (share.Before ??= []).Add(key);
            }
        }
        (share.Count, share.Sum) = (0, 0);
    }

    /// <summary>Forgets the nodes that were last heard before then.</summary>
    public void Forget(long before)
    {
        foreach (var node in _shares.Where(each => each.Value.HeardAt < before).Select(each => each.Key).ToList())
        {
            Empty(node, before);
            _shares.Remove(node);
        }
        if (_holders.Count < _holders.Capacity / 4) _holders.TrimExcess();
    }

    private void Leave(ushort node, DigestKey key, ushort[] holders)
    {
        if (holders.Length == 1) _holders.Remove(key);
        else if (holders.Length == 2) _holders[key] = nodes.Alone(holders[0] == node ? holders[1] : holders[0]);
        else _holders[key] = [.. holders.Where(holder => holder != node)];
    }

    private Share ShareOf(ushort node, long now)
    {
        if (!_shares.TryGetValue(node, out var share)) _shares.Add(node, share = new Share { HeardAt = now });
        return share;
    }

    private sealed class Share
    {
        public int Count { get; set; }

        public ulong Sum { get; set; }

        public long HeardAt { get; set; }

        public bool Agrees { get; set; }

        /// <summary>When it was asked for everything and has not told all of it since.</summary>
        public long? AskedAt { get; set; }

        /// <summary>What it had when it began to tell everything, and has not told again yet.</summary>
        public HashSet<DigestKey>? Before { get; set; }

        public void Change(int by, ulong first)
        {
            Count += by;
            Sum = unchecked(by > 0 ? Sum + first : Sum - first);
        }
    }
}
