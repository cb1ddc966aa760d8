// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>Each request is answered, and once, whatever becomes of it.</summary>
public sealed class OnceSpec
{
    private const int Requests = 600;

    [Fact]
    public async Task Should_answer_each_request_exactly_once_also_those_whose_time_is_over()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var root = await NodeRoot.StartAsync("actor-storage.node { waiting-max = 20, retry-wait = 10ms }");
        WantedLayer[] layers =
        [
            .. Enumerable.Range(0, 40).Select(i => origin.Layer($"layer-{i}", LayerArchive.Small(i))),
            new WantedLayer(new Digest("sha256:" + new string('0', 64)), [new LayerSource(origin.Url("missing"))]),
        ];
        var answers = new ConcurrentQueue<(int Request, object Answer)>();
        var random = new Random(1);
        for (var request = 0; request < Requests; request++)
        {
            var asker = root.ClientSystem.ActorOf(Receiver.Props(request, answers));
            var caller = new Caller(TimeSpan.FromMilliseconds(random.Next(1, 1500)));
            var layer = layers[random.Next(layers.Length)];
            root.Node.Tell(random.Next(4) switch
            {
                0 => new NodeProtocol.FindMissing([layer.Digest], null, caller),
                1 => new NodeProtocol.EnsureImage(
                    new ImageId($"image-{request}"), [], [layer], [], Handling.Usual, caller),
                _ => new NodeProtocol.EnsureLayer(layer, [], new Handling(random.Next(3)), caller),
            }, asker);
        }
        await Eventually.TrueAsync(() => answers.Count >= Requests, "all are answered");
        await root.StopAsync();
        Assert.Equal(Enumerable.Range(0, Requests), answers.Select(answer => answer.Request).Order());
        Assert.All(answers, answer => Assert.IsAssignableFrom<INodeReply>(answer.Answer));
        Assert.Contains(answers, answer => answer.Answer is NodeProtocol.EnsureLayerOk);
        Assert.Contains(answers, answer => answer.Answer is NodeProtocol.RequestRefused);
    }

    [Fact]
    public async Task Should_answer_a_message_of_a_later_version()
    {
        await using var root = await NodeRoot.StartAsync();
        var later = RemoteSystem.Create("later", ConfigurationFactory.ParseString(LaterSerializer.Configuration));
        var node = later.ActorSelection(root.Node.Path.ToString());
        var answer = await node.Ask<object>(new LaterRequest(), TimeSpan.FromSeconds(30));
        Assert.Equal("lr9", Assert.IsType<NodeProtocol.NotUnderstood>(answer).Manifest);
        await later.Terminate();
    }

    /// <summary>What waits for the network waits on threads that are there for it.</summary>
    [Fact]
    public async Task Should_answer_at_once_while_every_stager_waits_for_a_source_that_says_nothing()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var root = await NodeRoot.StartAsync("actor-storage.node.parallelism-max = 8");
        origin.Gate = new TaskCompletionSource().Task;
        var hanging = Enumerable.Range(0, 8)
            .Select(i => root.EnsureAsync(origin.Layer($"layer-{i}", LayerArchive.Small(i)))).ToList();
        await Eventually.TrueAsync(() => origin.Requests.Count == 8, "all are being fetched");
        var threads = ThreadPool.ThreadCount;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await root.ReachedAsync();
            // What looks at the disk too.
            await root.Client.AskAsync<NodeProtocol.RankNodesOk>(new NodeProtocol.RankNodes([], Caller.Anybody));
            await root.Client.AskAsync<NodeProtocol.CollectOk>(
                new NodeProtocol.Collect(0, TimeSpan.Zero, DryRun: true, Caller.Anybody));
        }
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(ThreadPool.ThreadCount, 0, threads + 4);
        await root.StopAsync();
        foreach (var one in hanging) await Assert.ThrowsAsync<StorageException>(() => one);
    }

    private sealed class Receiver(int request, ConcurrentQueue<(int Request, object Answer)> answers) : UntypedActor
    {
        public static Props Props(int request, ConcurrentQueue<(int Request, object Answer)> answers) =>
            Akka.Actor.Props.Create(() => new Receiver(request, answers));

        protected override void OnReceive(object message) => answers.Enqueue((request, message));
    }
}
