// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Whereabouts;

/// <summary>What a node has itself, by buckets, with what is said of it in a summary.</summary>
internal sealed class Holdings
{
    private readonly HashSet<DigestKey>[] _buckets;
    private readonly ulong[] _sums;

    public Holdings(int buckets)
    {
        _buckets = [.. Enumerable.Range(0, buckets).Select(_ => new HashSet<DigestKey>())];
        _sums = new ulong[buckets];
    }

    public IEnumerable<DigestKey> All => _buckets.SelectMany(bucket => bucket);

    public bool Has(DigestKey key) => _buckets[key.Bucket(_buckets.Length)].Contains(key);

    public IReadOnlyCollection<DigestKey> In(int bucket) => _buckets[bucket];

    public ulong Sum(int bucket) => _sums[bucket];

    /// <returns>False when it was there.</returns>
    public bool Add(DigestKey key)
    {
        var bucket = key.Bucket(_buckets.Length);
        if (!_buckets[bucket].Add(key)) return false;
        _sums[bucket] = unchecked(_sums[bucket] + key.First);
        return true;
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(DigestKey key)
    {
        var bucket = key.Bucket(_buckets.Length);
        if (!_buckets[bucket].Remove(key)) return false;
        _sums[bucket] = unchecked(_sums[bucket] - key.First);
        return true;
    }
}
