// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Tests.Machines;

/// <summary><c>actor-storage serve</c> on a machine of its own, with a root of its own.</summary>
/// <param name="settings">As HOCON.</param>
internal sealed class MachineNode(MachineNetwork network, int machine, string settings) : IAsyncDisposable
{
    private const int Port = 4053;
    private RunningTool? _running;
    private int _life;

    public StorageRoot Root { get; } = new();

    public string Address => $"akka.tcp://storage@{network.AddressOf(machine)}:{Port}";

    public bool IsRunning => _running?.IsRunning == true;

    private string Log => Root.File($"node-{_life}.log");

    /// <summary>All of them are members when this returns.</summary>
    public static async Task<MachineNode[]> StartAsync(MachineNetwork network, int count, string settings)
    {
        MachineNode[] nodes = [.. Enumerable.Range(0, count).Select(i => new MachineNode(network, i, settings))];
        foreach (var node in nodes) node.Start(count);
        foreach (var node in nodes) await node.JoinedAsync();
        return nodes;
    }

    /// <param name="count">Of the machines, any of which may begin the cluster.</param>
    public void Start(int count)
    {
        _life++;
        var config = Root.File("node.conf");
        File.WriteAllText(config, $$"""
            akka.cluster { gossip-interval = 200ms, leader-actions-interval = 200ms, seed-node-timeout = 2s }
            {{settings}}
            """);
        var own = network.AddressOf(machine);
        IReadOnlyList<string> serve =
        [
            Tool.Ours.Path, .. Root.GlobalOptions, "serve", "--config", config, "--listen", $"{own}:{Port}",
            "--layers", $"{own}:0", "--drain", "20s",
            .. Enumerable.Range(0, count).SelectMany(
                other => new[] { "--join", $"{network.AddressOf(other)}:{Port}" }),
        ];
        var on = network.On(machine);
        // What it says is read while it runs.
        _running = RunningTool.Start(
            $"node {machine}", on[0],
            [.. on.Skip(1), "sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", Log, .. serve],
            Root.Directory);
    }

    public Task JoinedAsync() => Eventually.TrueAsync(
        () => IsRunning
            ? Says.Contains("member of a cluster", StringComparison.Ordinal)
            : throw new InvalidOperationException($"node {machine} has ended: {Says}"),
        $"node {machine} has joined");

    public string Says => File.Exists(Log) ? File.ReadAllText(Log) : "";

    /// <summary>Asks it with the command line, on its own machine.</summary>
    public Task<Outcome> AskAsync(params string[] arguments)
    {
        var on = network.On(machine);
        return Command.RunAsync(on[0],
        [
            .. on.Skip(1), Tool.Ours.Path, arguments[0], "--node", $"{network.AddressOf(machine)}:{Port}",
            .. arguments.Skip(1),
        ]);
    }

    /// <summary>What it says of where this is, from its own machine; null when it has not heard of everybody.</summary>
    public async Task<NodeProtocol.WhereIsOk?> WhereAsync(params Digest[] digests)
    {
        var answer = await AskAsync(["where", "--json", .. digests.Select(digest => digest.Value)]);
        var found = (NodeProtocol.WhereIsOk)NodeJson.Read(nameof(NodeProtocol.WhereIsOk), answer.Output);
        return found.IsComplete ? found : null;
    }

    /// <summary>SIGTERM: what is under way is finished.</summary>
    public async Task StopAsync()
    {
        await Command.RunAsync("kill", "-TERM", $"{_running!.ProcessId}");
        var outcome = await _running.EndAsync();
        Assert.True(outcome.ExitCode == 0, $"exit status {outcome.ExitCode}: {Says}");
        _running = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null) await _running.KillAsync();
        await Root.DisposeAsync();
        var journal = $"{Root.Graph}-journal";
        if (Directory.Exists(journal)) Directory.Delete(journal, recursive: true);
    }
}
