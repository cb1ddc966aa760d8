// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;
using System.Text;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>A member that keeps buckets. Compared by reference, a thousand times in one question.</summary>
internal sealed class BucketOwner(string address, ICanTell buckets)
{
    /// <summary>Of its actor system.</summary>
    public string Address => address;

    /// <summary>Its <see cref="BucketsActor"/>.</summary>
    public ICanTell Ref => buckets;
}

/// <summary>
/// Which member keeps which bucket: the one for which a hash of its address and the bucket's number is the highest. So
/// everybody who sees the same members finds the same owner and nobody has to be asked; and when a member comes or
/// goes, only its own buckets move.
/// </summary>
internal sealed class BucketOwners
{
    private readonly BucketOwner[] _byBucket;

    /// <param name="members">At least one.</param>
    public BucketOwners(IEnumerable<BucketOwner> members, int buckets)
    {
        Members = [.. members.OrderBy(member => member.Address, StringComparer.Ordinal)];
        _byBucket = [.. Enumerable.Range(0, buckets).Select(bucket => Members.MaxBy(member => Rank(member, bucket))!)];
        var view = new XxHash64();
        foreach (var member in Members) view.Append(Encoding.UTF8.GetBytes($"{member.Address}\n"));
        View = view.GetCurrentHashAsUInt64();
    }

    public IReadOnlyList<BucketOwner> Members { get; }

    /// <summary>A hash of who the members are: the same for all who see the same ones.</summary>
    public ulong View { get; }

    public int Buckets => _byBucket.Length;

    public BucketOwner Of(int bucket) => _byBucket[bucket];

    public BucketOwner Of(DigestKey key) => _byBucket[key.Bucket(_byBucket.Length)];

    private static ulong Rank(BucketOwner member, int bucket) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(member.Address), bucket);
}
