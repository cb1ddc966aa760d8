// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed class BucketSpec
{
    private readonly NodeNumbers _numbers = new();

    [Fact]
    public void Should_know_after_any_changes_what_each_node_has_and_that_it_agrees()
    {
        var random = new Random(7);
        var bucket = new Bucket(_numbers);
        ushort[] nodes = [.. Enumerable.Range(0, 5).Select(i => _numbers.Of($"node {i}"))];
        var model = nodes.ToDictionary(node => node, _ => new Holdings(1));
        for (var i = 0; i < 20_000; i++)
        {
            var (node, key) = (nodes[random.Next(5)], DigestKey.Of(DirectoryNode.Layer(random.Next(50))));
            switch (random.Next(100))
            {
                case 0:
                    bucket.Empty(node, now: 1);
                    model[node] = new Holdings(1);
                    break;
                case < 60: Assert.Equal(model[node].Add(key), bucket.Add(node, key, now: 1)); break;
                default:
                    bucket.Remove(node, key);
                    model[node].Remove(key);
                    break;
            }
            Assert.Equal(
                nodes.Where(each => model[each].Has(key)).Order(), bucket.Holders(key).Order());
            Assert.True(bucket.Compare(node, model[node].In(0).Count, model[node].Sum(0), now: 1));
        }
    }

    [Fact]
    public void Should_find_out_that_one_key_was_taken_for_another()
    {
        var bucket = new Bucket(_numbers);
        var (node, told, lost) = (_numbers.Of("a"), new Holdings(1), DigestKey.Of(DirectoryNode.Layer(1)));
        told.Add(lost);
        bucket.Add(node, DigestKey.Of(DirectoryNode.Layer(2)), now: 1);
        Assert.False(bucket.Compare(node, 1, told.Sum(0), now: 1));
        Assert.False(bucket.Agrees(node));
    }

    [Fact]
    public void Should_forget_only_the_node_that_was_not_heard()
    {
        var bucket = new Bucket(_numbers);
        var key = DigestKey.Of(DirectoryNode.Layer(1));
        var (a, b) = (_numbers.Of("a"), _numbers.Of("b"));
        bucket.Add(a, key, now: 1);
        bucket.Add(b, key, now: 5);
        bucket.Forget(before: 3);
        Assert.Equal([b], bucket.Holders(key).Order());
        Assert.Equal([b], bucket.Nodes);
        _numbers.KeepOnly(bucket.Nodes.ToHashSet());
        Assert.Null(_numbers.Find("a"));
        Assert.Equal(a, _numbers.Of("c"));
    }

    [Fact]
    public void Should_move_only_the_buckets_of_a_member_that_goes()
    {
        BucketOwner[] members = [.. Enumerable.Range(0, 10).Select(i =>
            new BucketOwner($"akka.tcp://storage@10.0.0.{i}:4053", ActorRefs.Nobody))];
        var (before, after) = (new BucketOwners(members, 256), new BucketOwners(members.Skip(1).Reverse(), 256));
        var kept = Enumerable.Range(0, 256).GroupBy(before.Of).ToList();
        Assert.Equal(10, kept.Count);
        Assert.All(kept, each => Assert.InRange(each.Count(), 10, 50));
        foreach (var bucket in Enumerable.Range(0, 256).Where(bucket => before.Of(bucket) != members[0]))
            Assert.Equal(before.Of(bucket), after.Of(bucket));
    }
}
