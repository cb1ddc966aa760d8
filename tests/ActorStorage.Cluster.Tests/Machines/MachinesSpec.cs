// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Tests.Node;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Machines;

/// <summary>Three nodes in processes of their own, on a network that can be cut.</summary>
public sealed class MachinesSpec : IAsyncLifetime
{
    private const int Count = 3;
    private const string RemovedSoon = "akka.cluster.split-brain-resolver.stable-after = 4s";
    private static readonly TimeSpan RightWithin = TimeSpan.FromSeconds(5);
    private MachineNetwork? _network;
    private MachineNode[] _nodes = [];
    private OriginServer _origin = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        if (_network is null) return;
        await _network.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [SkippableFact]
    public async Task Should_fetch_once_and_stage_three_times_what_a_hundred_ask_three_processes_for()
    {
        await BeginAsync();
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var layers = Write([layer]);
        // Of a program's requests three in five ask for the layer.
        var asking = Enumerable.Range(0, Count).Select(i => AskingProgram.Start(
            _network!, i, _nodes[i], layers, 58, TimeSpan.FromMinutes(1))).ToList();
        var answers = new List<string>();
        foreach (var program in asking)
        {
            foreach (var answer in await program.EndAsync()) answers.Add(Assert.Single(answer));
        }
        Assert.Equal(layer.Sources[0].SizeBytes, _origin.BytesSent);
        var outcomes = answers.Where(answer => answer is not ("FindMissingOk" or "WhereIsOk")).CountBy(each => each)
            .ToDictionary();
        Assert.Equal(1, outcomes["FromOrigin"]);
        Assert.Equal(2, outcomes["FromPeer"]);
        Assert.True(outcomes.Values.Sum() >= 100, $"{outcomes.Values.Sum()} asked for it");
        Assert.Empty(outcomes.Keys.Except(["FromOrigin", "FromPeer", "JoinedInFlight", "Present"]));
        await Eventually.TrueAsync(
            async () => (await _nodes[0].WhereAsync(layer.Digest))?.Places is [{ Nodes.Count: Count }],
            "all three have it");
    }

    [SkippableFact]
    public async Task Should_answer_each_of_a_thousand_requests_once_when_a_machine_is_cut_off_meanwhile()
    {
        // However slow this machine is, nobody is removed.
        await BeginAsync("akka.cluster.split-brain-resolver.stable-after = 5m");
        // A number that five does not divide: each of them is asked for by every kind of request.
        WantedLayer[] wanted =
            [.. Enumerable.Range(0, 59).Select(i => _origin.Layer($"layer-{i}", LayerArchive.Small(i)))];
        var layers = Write(wanted);
        var lonely = _origin.Layer("lonely", LayerArchive.Small(1000));
        (await _nodes[2].AskAsync("ensure", lonely.Digest.Value, lonely.Sources[0].Url)).Succeeded();
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var asking = Enumerable.Range(0, Count).Select(i => AskingProgram.Start(
            _network!, i, _nodes[i], layers, 334, TimeSpan.FromSeconds(40))).ToList();
        await UnderWayAsync(wanted.Length);

        await _network!.CutAsync(2);
        gate.SetResult();
        await Task.Delay(TimeSpan.FromSeconds(6));
        // Each side goes on with what it has.
        Assert.Contains(_nodes[2].Address, (await _nodes[2].AskAsync("where", lonely.Digest.Value)).Output);
        (await _nodes[2].AskAsync("ensure", lonely.Digest.Value)).Succeeded();
        (await _nodes[0].AskAsync("ensure", wanted[0].Digest.Value, wanted[0].Sources[0].Url)).Succeeded();
        await _network.HealAsync(2);
        var took = await RightAfterAsync(lonely.Digest, _nodes[2].Address);
        Assert.True(took < RightWithin, $"right after {took}");

        foreach (var program in asking)
        {
            var answers = await program.EndAsync();
            Assert.Equal(334, answers.Length);
            Assert.All(answers, answer => Assert.Single(answer));
            Assert.Contains(answers, answer => answer[0] is "FromOrigin" or "FromPeer");
        }
        await Task.WhenAll(_nodes.Select(WholeAsync));
    }

    [SkippableFact]
    public async Task Should_fetch_elsewhere_what_a_node_was_fetching_that_is_killed()
    {
        await BeginAsync();
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var system = Clients();
        NodeClient[] nodes = [.. _nodes.Select(node => new NodeClient(system, node.Address))];
        var ensure = new NodeProtocol.EnsureLayer(
            layer, [], Handling.Usual, new Caller(TimeSpan.FromMinutes(1), "client"));
        var lost = nodes[2].AskAsync<NodeProtocol.EnsureLayerOk>(ensure with { Caller = new(TimeSpan.FromSeconds(1)) });
        await Eventually.TrueAsync(() => _origin.Requests.Count == 1, "one fetches it");
        var following = nodes.Take(2).Select(node => node.AskAsync<NodeProtocol.EnsureLayerOk>(ensure)).ToList();
        await _nodes[2].KillAsync();
        gate.SetResult();
        var outcomes = (await Task.WhenAll(following)).Select(answer => answer.Outcome).ToList();
        Assert.Contains(EnsureOutcome.FromOrigin, outcomes);
        Assert.Empty(outcomes.Except([EnsureOutcome.FromOrigin, EnsureOutcome.FromPeer]));
        await Assert.ThrowsAsync<StorageException>(() => lost);
        // What it was unpacking is removed by its next life.
        _nodes[2].Start(Count);
        await _nodes[2].JoinedAsync();
        Assert.Equal(EnsureOutcome.FromPeer, (await nodes[2].AskAsync<NodeProtocol.EnsureLayerOk>(ensure)).Outcome);
        await Task.WhenAll(_nodes.Select(WholeAsync));
        await system.Terminate();
    }

    [SkippableFact]
    public async Task Should_take_a_machine_back_that_was_cut_off_for_so_long_that_it_was_removed()
    {
        await BeginAsync(RemovedSoon);
        var layer = _origin.Layer("one", LayerArchive.Small(1));
        (await _nodes[2].AskAsync("ensure", layer.Digest.Value, layer.Sources[0].Url)).Succeeded();
        await _network!.CutAsync(2);
        await BeginsAnewAsync(_nodes[2]);
        // Alone, it serves its own root.
        await Eventually.TrueAsync(
            async () => (await _nodes[2].AskAsync("where", layer.Digest.Value)).Output.Contains(
                _nodes[2].Address, StringComparison.Ordinal),
            "it serves its root");
        await _network.HealAsync(2);
        await Eventually.TrueAsync(
            async () => (await _nodes[0].WhereAsync(layer.Digest))?.Places is [{ Nodes: [var only] }]
                && only == _nodes[2].Address,
            "it is a member again, and what it has is known");
        await WholeAsync(_nodes[2]);
    }

    /// <summary>Each of them is the smaller part, and leaves.</summary>
    [SkippableFact]
    public async Task Should_be_one_cluster_again_when_all_machines_were_cut_off_from_each_other()
    {
        await BeginAsync(RemovedSoon);
        for (var i = 0; i < Count; i++) await _network!.CutAsync(i);
        foreach (var node in _nodes) await BeginsAnewAsync(node);
        for (var i = 0; i < Count; i++) await _network!.HealAsync(i);
        foreach (var node in _nodes)
        {
            await Eventually.TrueAsync(
                async () => (await node.AskAsync("nodes")).Lines.Length == Count, "all are members of one cluster");
        }
    }

    /// <summary>Every client repeats with its key what was refused or not answered, at the next node.</summary>
    [SkippableFact]
    public async Task Should_lose_no_request_with_a_key_while_each_node_is_restarted_in_turn_and_one_is_killed()
    {
        await BeginAsync();
        WantedLayer[] wanted =
            [.. Enumerable.Range(0, 40).Select(i => _origin.Layer($"layer-{i}", LayerArchive.Small(i)))];
        var system = Clients();
        using var enough = new CancellationTokenSource();
        var (done, retried) = (0, 0);
        var clients = Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            NodeClient[] nodes = [.. _nodes.Select(node => new NodeClient(system, node.Address))];
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var layer = wanted[(client + (8 * i)) % wanted.Length];
                var handling = new Handling(ClientKey: $"client {client}, request {i}");
                for (var attempt = 0; ; attempt++)
                {
                    try
                    {
                        var ok = await nodes[(client + attempt) % Count].AskAsync<NodeProtocol.EnsureLayerOk>(
                            new NodeProtocol.EnsureLayer(
                                layer, [], handling, new Caller(TimeSpan.FromSeconds(5), $"client {client}")));
                        Assert.Equal(layer.Digest, ok.Digest);
                        break;
                    }
                    catch (StorageException refused) when (attempt < 20)
                    {
                        // A node that ends, or is not there, or whom nobody told in time.
                        Assert.True(refused.Kind is StorageErrorKind.Cancelled or StorageErrorKind.Busy
                            or StorageErrorKind.Io or StorageErrorKind.NotFound, $"{refused}");
                        Interlocked.Increment(ref retried);
                        await Task.Delay(100);
                    }
                }
                Interlocked.Increment(ref done);
            }
        })).ToList();
        try
        {
            foreach (var (at, node) in _nodes.Append(_nodes[1]).Index())
            {
                var before = Volatile.Read(ref done);
                if (at < Count) await node.StopAsync();
                else await node.KillAsync();
                node.Start(Count);
                await node.JoinedAsync();
                await Eventually.TrueAsync(() => Volatile.Read(ref done) > before + 20, "work goes on");
            }
        }
        finally
        {
            await enough.CancelAsync();
        }
        await Task.WhenAll(clients);
        Assert.True(retried > 0, "nothing was ever refused: nothing was restarted under load");
        await Task.WhenAll(_nodes.Select(WholeAsync));
        await system.Terminate();
    }

    private static Task BeginsAnewAsync(MachineNode node) => Eventually.TrueAsync(
        () => node.Says.Contains("begins anew", StringComparison.Ordinal), "it has found out that it was removed");

    private async Task BeginAsync(string settings = "")
    {
        _network = await MachineNetwork.StartAsync(Count);
        _origin = await OriginServer.StartAsync(IPAddress.Parse(_network.Host));
        _nodes = await MachineNode.StartAsync(_network, Count, settings);
    }

    /// <summary>Waits until every node has so many layers in work: none can be had before the origin lets go.</summary>
    private async Task UnderWayAsync(int layers)
    {
        var system = Clients();
        var node = new NodeClient(system, _nodes[0].Address);
        await Eventually.TrueAsync(
            async () =>
            {
                var ranked = await node.AskAsync<NodeProtocol.RankNodesOk>(
                    new NodeProtocol.RankNodes([], Caller.Anybody));
                return ranked.Nodes.Count == Count
                    && ranked.Nodes.All(each => each.Running + each.Waiting == layers);
            },
            "all of it is under way on all nodes");
        await system.Terminate();
    }

    private ActorSystem Clients() => RemoteSystem.Create("clients", ConfigurationFactory.ParseString(
        $"akka.remote.dot-netty.tcp.hostname = \"{_network!.Host}\""));

    private string Write(IEnumerable<WantedLayer> wanted)
    {
        var file = _nodes[0].Root.File("wanted");
        File.WriteAllLines(file, wanted.Select(layer => $"{layer.Digest} {layer.Sources[0].Url}"));
        return file;
    }

    /// <summary>How long it takes until the first and the last node are right about this layer.</summary>
    private async Task<TimeSpan> RightAfterAsync(Digest digest, string holder)
    {
        var started = Stopwatch.GetTimestamp();
        // With connections of its own, which were not cut.
        var system = Clients();
        try
        {
            NodeClient[] nodes = [new(system, _nodes[0].Address), new(system, _nodes[2].Address)];
            var where = new NodeProtocol.WhereIs([digest], Caller.Anybody);
            while (true)
            {
                var answers = await Task.WhenAll(nodes.Select(node => node.AskAsync<NodeProtocol.WhereIsOk>(where)));
                if (answers.All(
                    answer => answer is { IsComplete: true, Places: [{ Nodes: [var only] }] } && only == holder))
                    return Stopwatch.GetElapsedTime(started);
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "it never knew");
                await Task.Delay(50);
            }
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static async Task WholeAsync(MachineNode node)
    {
        await node.StopAsync();
        (await Command.RunAsync(Tool.Ours.Path, [.. node.Root.GlobalOptions, "check"])).Succeeded();
        Assert.Empty(node.Root.Leftovers());
    }
}
