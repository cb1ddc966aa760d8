// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Tests.Machines;

/// <summary><c>actor-storage serve</c> on a machine of its own, with a root of its own.</summary>
/// <param name="settings">As HOCON.</param>
internal sealed class MachineNode(MachineNetwork network, int machine, string settings) : IAsyncDisposable
{
    private ServingTool? _serving;

    public StorageRoot Root { get; } = new();

    public string Address => $"akka.tcp://storage@{PlaceOf(machine)}";

    public string Says => _serving!.Says;

    /// <summary>All of them are members when this returns.</summary>
    public static async Task<MachineNode[]> StartAsync(MachineNetwork network, int count, string settings)
    {
        MachineNode[] nodes = [.. Enumerable.Range(0, count).Select(i => new MachineNode(network, i, settings))];
        foreach (var node in nodes) node.Start(count);
        foreach (var node in nodes) await node.JoinedAsync();
        return nodes;
    }

    /// <param name="count">Of the machines, the first of which may begin the cluster.</param>
    public void Start(int count)
    {
        var config = Root.File("node.conf");
        File.WriteAllText(config, $$"""
            akka.cluster { gossip-interval = 200ms, leader-actions-interval = 200ms, seed-node-timeout = 2s }
            {{settings}}
            """);
        _serving = ServingTool.Begin(
            Root, PlaceOf(machine), network.On(machine), [],
            [
                "--config", config, "--layers", $"{network.AddressOf(machine)}:0", "--drain", "20s",
                .. Enumerable.Range(0, count).SelectMany(other => new[] { "--join", PlaceOf(other) }),
            ]);
    }

    public Task JoinedAsync() => _serving!.JoinedAsync();

    /// <inheritdoc cref="ServingTool.AskAsync"/>
    public Task<Outcome> AskAsync(string command, params string[] arguments) => _serving!.AskAsync(command, arguments);

    /// <summary>What it says of where this is, from its own machine; null when it has not heard of everybody.</summary>
    public async Task<NodeProtocol.WhereIsOk?> WhereAsync(params Digest[] digests)
    {
        var answer = await AskAsync("where", ["--json", .. digests.Select(digest => digest.Value)]);
        var found = (NodeProtocol.WhereIsOk)NodeJson.Read(nameof(NodeProtocol.WhereIsOk), answer.Output);
        return found.IsComplete ? found : null;
    }

    /// <summary>SIGTERM, if it runs: what is under way is finished.</summary>
    public async Task StopAsync()
    {
        if (_serving!.HasEnded) return;
        var status = await _serving!.StopAsync();
        Assert.True(status == 0, $"exit status {status}: {Says}");
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _serving!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_serving is not null) await _serving.DisposeAsync();
        await Root.DisposeAsync();
    }

    private string PlaceOf(int other) => $"{network.AddressOf(other)}:4053";
}
