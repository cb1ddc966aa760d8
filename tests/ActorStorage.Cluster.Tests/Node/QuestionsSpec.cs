// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>What a node says of its root, and what it does about room and leases.</summary>
public sealed class QuestionsSpec
{
    private static readonly Digest Unknown = new("sha256:" + new string('0', 64));
    private static readonly LeaseTerm Build = new("build", TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Should_say_what_is_missing_where_the_rest_is_and_how_busy_it_is()
    {
        await using var root = await NodeRoot.StartAsync();
        var there = await PutAsync(root, 1, "one");
        var missing = await root.Client.AskAsync<NodeProtocol.FindMissingOk>(
            new NodeProtocol.FindMissing([there, Unknown, Unknown], null, Caller.Anybody));
        Assert.Equal([Unknown], missing.Missing);

        var where = await root.Client.AskAsync<NodeProtocol.WhereIsOk>(
            new NodeProtocol.WhereIs([Unknown, there], Caller.Anybody));
        var place = Assert.Single(where.Places);
        Assert.Equal(there, place.Digest);
        Assert.StartsWith("akka.tcp://node@127.0.0.1:", Assert.Single(place.Nodes), StringComparison.Ordinal);

        var ranked = await root.Client.AskAsync<NodeProtocol.RankNodesOk>(new NodeProtocol.RankNodes(
            [new SizedDigest(there, 5), new SizedDigest(Unknown, 4711)], Caller.Anybody));
        var rank = Assert.Single(ranked.Nodes);
        Assert.Equal(place.Nodes[0], rank.Node);
        Assert.Equal((1, 4711, 0, 0, false),
            (rank.MissingCount, rank.MissingBytes, rank.Running, rank.Waiting, rank.IsDraining));
        Assert.InRange(rank.FreeBytes, 1 << 20, long.MaxValue);
    }

    [Fact]
    public async Task Should_answer_for_a_thousand_digests()
    {
        await using var root = await NodeRoot.StartAsync();
        var there = await PutAsync(root, 1, "one");
        Digest[] thousand =
            [there, .. Enumerable.Range(1, 999).Select(i => new Digest($"sha256:{i:x64}"))];
        var missing = await root.Client.AskAsync<NodeProtocol.FindMissingOk>(
            new NodeProtocol.FindMissing(thousand, null, Caller.Anybody));
        Assert.Equal(thousand[1..], missing.Missing);
    }

    [Fact]
    public async Task Should_keep_what_a_lease_names_until_it_is_released()
    {
        await using var root = await NodeRoot.StartAsync();
        var below = await PutAsync(root, 1, "below");
        var above = await PutAsync(root, 2, "above", "below");
        var other = await PutAsync(root, 3, "other");
        var acquired = await root.Client.AskAsync<NodeProtocol.AcquireLeaseOk>(
            new NodeProtocol.AcquireLease(Build, [below, above, Unknown], Caller.Anybody));
        Assert.Equal([Unknown], acquired.Missing);
        // One record keeps both.
        Assert.Single(await root.Storage.ListLayersAsync(), LeaseRecord.Is);
        var missing = await root.Client.AskAsync<NodeProtocol.FindMissingOk>(
            new NodeProtocol.FindMissing([other, Unknown], Build, Caller.Anybody));
        Assert.Equal([Unknown], missing.Missing);
        Assert.Equal(2, (await root.Storage.ListLayersAsync()).Count(LeaseRecord.Is));

        var explained = await root.Client.AskAsync<NodeProtocol.ExplainOk>(
            new NodeProtocol.Explain(other.Value, Caller.Anybody));
        Assert.Equal("other", explained.Layer.Value);
        Assert.Contains(new LayerHolder(LayerHolderKind.Lease, "lease build"), explained.Holders);
        Assert.Equal(0, (await CollectAsync(root)).Count);
        await root.Client.AskAsync<NodeProtocol.RenewLeaseOk>(new NodeProtocol.RenewLease(Build, Caller.Anybody));

        for (var times = 0; times < 2; times++)
        {
            await root.Client.AskAsync<NodeProtocol.ReleaseLeaseOk>(
                new NodeProtocol.ReleaseLease("build", Caller.Anybody));
        }
        var refused = await Assert.ThrowsAsync<StorageException>(() =>
            root.Client.AskAsync<NodeProtocol.RenewLeaseOk>(new NodeProtocol.RenewLease(Build, Caller.Anybody)));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
        Assert.Equal(3, (await CollectAsync(root)).Count);
        Assert.Empty(await root.Storage.ListLayersAsync());
    }

    [Fact]
    public async Task Should_let_go_of_a_lease_whose_time_is_over()
    {
        await using var root = await NodeRoot.StartAsync();
        var there = await PutAsync(root, 1, "one");
        await root.Client.AskAsync<NodeProtocol.FindMissingOk>(new NodeProtocol.FindMissing(
            [there], new LeaseTerm("short", TimeSpan.FromMilliseconds(100)), Caller.Anybody));
        await Eventually.TrueAsync(
            async () => !(await root.Storage.ListLayersAsync()).Any(LeaseRecord.Is), "the lease has ended");
    }

    [Fact]
    public async Task Should_say_who_holds_a_lock()
    {
        await using var root = await NodeRoot.StartAsync();
        var free = await root.Client.AskAsync<NodeProtocol.WhoHoldsOk>(
            new NodeProtocol.WhoHolds("", Caller.Anybody));
        Assert.Contains(free.Locks, state => state.Path.EndsWith("/images.lock", StringComparison.Ordinal));
        await using (await LockHolder.TakeAsync(root.Engine.Root, root.Engine.Root.LayersLock))
        {
            var held = await root.Client.AskAsync<NodeProtocol.WhoHoldsOk>(
                new NodeProtocol.WhoHolds("layers", Caller.Anybody));
            var state = Assert.Single(held.Locks);
            Assert.True(state.IsHeld);
            Assert.NotNull(state.HolderProcess);
        }
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.Client.AskAsync<NodeProtocol.WhoHoldsOk>(
            new NodeProtocol.WhoHolds("doors", Caller.Anybody)));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
    }

    [Fact]
    public async Task Should_answer_what_it_does_not_understand_and_no_answers()
    {
        await using var root = await NodeRoot.StartAsync();
        var stranger = await root.Node.Ask<object>("hello", TimeSpan.FromSeconds(30));
        Assert.IsType<NodeProtocol.NotUnderstood>(stranger);
        var answer = await Assert.ThrowsAsync<AskTimeoutException>(
            () => root.Node.Ask<object>(new NodeProtocol.NotUnderstood("x", ""), TimeSpan.FromMilliseconds(300)));
        Assert.NotNull(answer);
    }

    [Fact]
    public async Task Should_finish_what_is_under_way_and_take_nothing_new_when_it_drains()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var root = await NodeRoot.StartAsync();
        var gate = new TaskCompletionSource();
        origin.Gate = gate.Task;
        var layer = origin.Layer("one", LayerArchive.Small(1));
        var begun = root.EnsureAsync(layer);
        await root.ReachedAsync();
        var early = await root.Client.AskAsync<NodeProtocol.DrainOk>(
            new NodeProtocol.Drain(new Caller(TimeSpan.FromMilliseconds(100))));
        Assert.Equal(1, early.Unfinished);
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(layer));
        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        var drained = root.Client.AskAsync<NodeProtocol.DrainOk>(
            new NodeProtocol.Drain(new Caller(TimeSpan.FromMinutes(1))));
        gate.SetResult();
        Assert.Equal(EnsureOutcome.FromOrigin, (await begun).Outcome);
        Assert.Equal(0, (await drained).Unfinished);
    }

    [Fact]
    public async Task Should_answer_everybody_when_it_ends()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var root = await NodeRoot.StartAsync();
        origin.Gate = new TaskCompletionSource().Task;
        var asked = Enumerable.Range(0, 20)
            .Select(i => root.EnsureAsync(origin.Layer($"layer-{i}", LayerArchive.Small(i)))).ToList();
        await root.ReachedAsync();
        await root.StopAsync();
        foreach (var one in asked)
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => one);
            Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        }
    }

    private static async Task<Digest> PutAsync(NodeRoot root, int seed, string id, string? parent = null) =>
        (await root.Storage.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(seed), id, parent))).Layer.DiffDigest!.Value;

    private static Task<NodeProtocol.CollectOk> CollectAsync(NodeRoot root) =>
        root.Client.AskAsync<NodeProtocol.CollectOk>(
            new NodeProtocol.Collect(1L << 40, TimeSpan.Zero, DryRun: false, Caller.Anybody));
}
