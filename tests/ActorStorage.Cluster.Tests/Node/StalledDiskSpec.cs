// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using ActorStorage.Cluster.Protocol;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using Akka.Actor;
using Akka.Cluster;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>A disk that does not answer stops those who wait for it, and nobody else.</summary>
public sealed class StalledDiskSpec
{
    private const int Layers = 64;
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Should_send_every_heartbeat_in_time_while_the_disk_says_nothing_to_64_extractions()
    {
        using var disk = new FaultDisk();
        await using var origin = await OriginServer.StartAsync();
        // Whoever is later than that with a heartbeat by some deviations is unreachable.
        await using var cluster = await NodeCluster.StartAsync(
            2,
            """
            actor-storage.node.parallelism-max = 64
            akka.cluster.failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 1s }
            """,
            disk, settings => settings with { StagersMax = Layers });
        var lost = new ConcurrentQueue<string>();
        foreach (var node in cluster.Nodes) node.System.ActorOf(Props.Create(() => new Watcher(lost)));
        var gaps = new ConcurrentQueue<TimeSpan>();
        foreach (var dispatcher in new[] { "akka.actor.default-dispatcher", "akka.actor.internal-dispatcher" })
        {
            var ticker = cluster[0].System.ActorOf(
                Props.Create(() => new Ticker(gaps)).WithDispatcher(dispatcher));
            cluster[0].System.Scheduler.ScheduleTellRepeatedly(
                TimeSpan.Zero, TimeSpan.FromMilliseconds(100), ticker, Ticker.Tick, ActorRefs.NoSender);
        }

        var held = disk.At(FaultPoint.StageFile, times: null).Hold();
        var asked = Enumerable.Range(0, Layers).Select(i => cluster[0].EnsureAsync(
            origin.Layer($"layer-{i}", LayerArchive.Small(i)))).ToList();
        await Cli.Tests.Tools.Eventually.TrueAsync(() => held.Hits >= Layers, "all of them wait for the disk");
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Stalled)
        {
            await cluster[0].ReachedAsync();
            await Task.Delay(100);
        }
        Assert.All(asked, layer => Assert.False(layer.IsCompleted));
        held.Release();
        Assert.All(await Task.WhenAll(asked), layer => Assert.Equal(EnsureOutcome.FromOrigin, layer.Outcome));
        Assert.Empty(lost);
        Assert.True(gaps.Count > 100, $"{gaps.Count} ticks");
        Assert.True(gaps.Max() < LateMax, $"a tick was late by {gaps.Max()}");
    }

    private sealed class Watcher : UntypedActor
    {
        private readonly ConcurrentQueue<string> _lost;

        public Watcher(ConcurrentQueue<string> lost)
        {
            _lost = lost;
            Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.UnreachableMember));
        }

        protected override void OnReceive(object message)
        {
            if (message is ClusterEvent.UnreachableMember lost) _lost.Enqueue($"{lost.Member}");
        }
    }

    /// <summary>One on the dispatcher of heartbeats, by the scheduler that times them, and one on everybody
    /// else's.</summary>
    private sealed class Ticker(ConcurrentQueue<TimeSpan> gaps) : UntypedActor
    {
        public static readonly object Tick = new();
        private long _last = Stopwatch.GetTimestamp();

        protected override void OnReceive(object message)
        {
            gaps.Enqueue(Stopwatch.GetElapsedTime(_last));
            _last = Stopwatch.GetTimestamp();
        }
    }
}
