// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed class ClaimBookSpec
{
    private static readonly DigestKey Key = DigestKey.Of(DirectoryNode.Layer(1));
    private static readonly Claim A = new("a", "node a", ActorRefs.Nobody);
    private static readonly Claim B = new("b", "node b", ActorRefs.Nobody);
    private static readonly Claim C = new("c", "node c", ActorRefs.Nobody);
    private readonly ClaimBook _book = new(claimsMax: 3);

    [Fact]
    public void Should_grant_one_after_the_other()
    {
        Assert.All(new[] { A, B, C, B, A }, claim => Assert.Equal(A, Renew(claim)));
        Assert.Null(_book.Release(Key, B.Id));
        Assert.Equal(C, _book.Release(Key, A.Id));
        Assert.Null(_book.Release(Key, A.Id));
        Assert.Null(_book.Release(Key, C.Id));
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public void Should_take_no_more_than_it_may()
    {
        foreach (var claim in new[] { A, B, C }) Renew(claim);
        var fourth = A with { Id = "d" };
        Assert.Null(_book.Renew(DigestKey.Of(DirectoryNode.Layer(2)), fourth, wasGranted: false, now: 1));
        _book.Release(Key, C.Id);
        Assert.Equal(A, Renew(fourth));
    }

    [Fact]
    public void Should_end_what_is_not_renewed()
    {
        Renew(A);
        Renew(B, now: 2);
        Renew(C);
        Assert.Equal([B], _book.Expire(before: 2));
        Assert.Equal(1, _book.Count);
        Assert.Equal([], _book.Expire(before: 2));
        Assert.Equal([], _book.Expire(before: 3));
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public void Should_put_one_that_was_granted_elsewhere_before_those_that_wait()
    {
        Assert.Equal(A, Renew(A, wasGranted: true));
        Assert.Equal(A, Renew(B));
        // Both of them fetch already.
        Assert.Equal(C, Renew(C, wasGranted: true));
        Assert.Equal(A, Renew(A, wasGranted: true));
        Assert.Equal(C, Renew(B));
        Assert.Equal(A, _book.Release(Key, C.Id));
        Assert.Equal(B, _book.Release(Key, A.Id));
    }

    [Fact]
    public void Should_end_the_line_when_it_is_there()
    {
        Renew(A);
        Renew(B);
        Assert.Equal([A, B], _book.End(Key));
        Assert.Equal([], _book.End(Key));
        Assert.Equal(B, Renew(B));
    }

    private Claim? Renew(Claim claim, bool wasGranted = false, long now = 1) =>
        _book.Renew(Key, claim, wasGranted, now);
}
