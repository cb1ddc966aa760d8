// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>Who keeps buckets, and what the members A and B tell and ask.</summary>
public sealed class BucketsSpec : IAsyncLifetime
{
    private const string A = "akka.tcp://storage@10.0.0.1:4053";
    private const string B = "akka.tcp://storage@10.0.0.2:4053";
    private static readonly DigestKey Key = DigestKey.Of(DirectoryNode.Layer(1));
    private static readonly DigestKey Other = DigestKey.Of(DirectoryNode.Layer(2));

    private readonly ActorSystem _system = ActorSystem.Create(
        "buckets", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");
    private readonly DirectorySettings _settings = DirectorySettings.From() with
    {
        Buckets = 1,
        SummaryInterval = TimeSpan.FromMinutes(1),
    };

    private readonly Listener _listener;
    private readonly IActorRef _buckets;

    public BucketsSpec()
    {
        _listener = new Listener(_system);
        _buckets = _system.ActorOf(BucketsActor.Props(_settings, TimeProvider.System));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Should_not_call_complete_what_was_told_before_a_bucket_or_a_member_came_back()
    {
        Keeps(Alone());
        Assert.False(await IsCompleteAsync(Alone()));
        Summarize(A, Key);
        Assert.False(await IsCompleteAsync(Alone()));
        AnnounceAll(A, Key);
        Assert.True(await IsCompleteAsync(Alone()));

        // Whoever kept it in between may know what is not known here.
        Keeps(Elsewhere());
        Keeps(Alone());
        Assert.False(await IsCompleteAsync(Alone()));
        Summarize(A, Key);
        Assert.True(await IsCompleteAsync(Alone()));

        AnnounceAll(B, Key);
        Keeps(Both());
        Assert.False(await IsCompleteAsync(Both()));
        Summarize(B, Key);
        Assert.True(await IsCompleteAsync(Both()));
    }

    [Fact]
    public async Task Should_not_be_complete_for_who_reaches_others()
    {
        Assert.False(await IsCompleteAsync(Alone()));
        Keeps(Alone());
        AnnounceAll(A, Key);
        Assert.True(await IsCompleteAsync(Alone()));
        Assert.False(await IsCompleteAsync(Both()));
    }

    [Fact]
    public async Task Should_not_ask_for_all_again_while_it_is_on_its_way()
    {
        Summarize(A, Key);
        Summarize(A, Key);
        _buckets.Tell(new FindHolders { Keys = Key.Bytes() }, _listener.Ref);
        await _listener.NextAsync<AskForAll>();
        await _listener.NextAsync<FindHoldersOk>();

        AnnounceAll(A, Key);
        Summarize(A, Other);
        Assert.Equal([0], (await _listener.NextAsync<AskForAll>()).Buckets);

        // Who comes back may never have heard that he was asked.
        Keeps(Alone());
        Summarize(A, Other);
        await _listener.NextAsync<AskForAll>();
    }

    [Fact]
    public async Task Should_ask_again_when_nothing_comes()
    {
        var buckets = _system.ActorOf(BucketsActor.Props(
            _settings with { SummaryInterval = TimeSpan.FromMilliseconds(1) }, TimeProvider.System));
        var summary = Summary(A, Key);
        _system.Scheduler.ScheduleTellRepeatedly(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(20), buckets, summary, _listener.Ref);
        await _listener.NextAsync<AskForAll>();
        await _listener.NextAsync<AskForAll>();
    }

    [Fact]
    public async Task Should_not_end_the_line_for_a_node_that_only_tells_again_what_was_no_use()
    {
        AnnounceAll(A, Key);
        Claim("first");
        Assert.Equal(ClaimState.Granted, (await _listener.NextAsync<ClaimKeyOk>()).State);
        Claim("second");
        Assert.Equal(ClaimState.Waiting, (await _listener.NextAsync<ClaimKeyOk>()).State);

        AnnounceAll(A, Key, Other);
        Claim("second");
        Assert.Equal(ClaimState.Waiting, (await _listener.NextAsync<ClaimKeyOk>()).State);

        AnnounceAll(B, Key);
        foreach (var claim in (string[])["first", "second"])
        {
            var held = await _listener.NextAsync<ClaimKeyOk>();
            Assert.Equal((claim, ClaimState.Held, B), (held.Claim, held.State, Assert.Single(held.Nodes)));
        }
    }

    private BucketOwners Alone() => new([new BucketOwner(A, _buckets)], 1);

    private BucketOwners Both() => new([new BucketOwner(A, _buckets), new BucketOwner(B, _buckets)], 1);

    private BucketOwners Elsewhere() => new([new BucketOwner(A, _listener.Ref)], 1);

    private void Keeps(BucketOwners owners) => Tell(new OwnersAre(owners, owners));

    private void Tell(object message) => _buckets.Tell(message, _listener.Ref);

    private void Summarize(string node, params DigestKey[] keys) => Tell(Summary(node, keys));

    private static Summarize Summary(string node, params DigestKey[] keys) => new()
    {
        Node = node,
        Buckets = { 0 },
        Counts = { keys.Length },
        Sums = { Sum(keys) },
    };

    private void AnnounceAll(string node, params DigestKey[] keys) => Tell(new AnnounceAll
    {
        Node = node,
        IsFirst = true,
        Keys = DigestKey.Bytes(keys),
        Count = keys.Length,
        Sum = Sum(keys),
    });

    private void Claim(string id) =>
        Tell(new ClaimKey { Claim = id, Node = B, Key = Key.Bytes(), DespiteHolders = true });

    private async Task<bool> IsCompleteAsync(BucketOwners view)
    {
        Tell(new FindHolders { Keys = Key.Bytes(), View = view.View });
        return (await _listener.FirstAsync<FindHoldersOk>()).IsComplete;
    }

    private static ulong Sum(DigestKey[] keys) => keys.Aggregate(0ul, (sum, key) => unchecked(sum + key.First));
}
