// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Machines;

/// <summary>
/// A process on a machine that asks the machine's node for many things at once and writes down every answer. Each
/// request has a receiver of its own, which also hears what comes later.
/// </summary>
internal sealed class AskingProgram
{
    /// <summary>Longer than a second answer could be behind the first one.</summary>
    private static readonly TimeSpan ListenOn = TimeSpan.FromSeconds(3);

    private readonly RunningTool _running;
    private readonly string _answers;

    private AskingProgram(RunningTool running, string answers) => (_running, _answers) = (running, answers);

    /// <param name="layers">File of lines "digest url": what is asked for, in turn.</param>
    /// <param name="within">How long each answer may take.</param>
    public static AskingProgram Start(
        MachineNetwork network, int machine, MachineNode node, string layers, int count, TimeSpan within)
    {
        var answers = node.Root.File($"answers-{Guid.NewGuid():N}");
        var on = network.On(machine);
        return new AskingProgram(
            RunningTool.Start(
                "asking program", on[0],
                [
                    .. on.Skip(1), "dotnet", typeof(AskingProgram).Assembly.Location, "ask-node",
                    network.AddressOf(machine), node.Address, layers, $"{count}", $"{within.TotalSeconds}", answers,
                ],
                node.Root.Directory),
            answers);
    }

    /// <returns>For each request the names of its answers; of a refusal its kind.</returns>
    public async Task<string[][]> EndAsync()
    {
        (await _running.EndAsync()).Succeeded();
        return [.. (await File.ReadAllLinesAsync(_answers)).Select(
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    internal static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var host, var address, var layers, var count, var within, var told]) return 2;
        WantedLayer[] wanted =
        [
            .. File.ReadLines(layers).Select(line => line.Split(' ')).Select(
                words => new WantedLayer(new Digest(words[0]), [new LayerSource(words[1])])),
        ];
        var system = RemoteSystem.Create("asking", ConfigurationFactory.ParseString(
            $"akka.remote.dot-netty.tcp.hostname = \"{host}\""));
        var node = ((ExtendedActorSystem)system).Provider.ResolveActorRef($"{address}/user/{NodeClient.ActorName}");
        var caller = new Caller(TimeSpan.FromSeconds(double.Parse(within, CultureInfo.InvariantCulture)));
        var answers = new ConcurrentQueue<string>[int.Parse(count, CultureInfo.InvariantCulture)];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = new ConcurrentQueue<string>();
            var layer = wanted[i % wanted.Length];
            INodeRequest request = (i % 5) switch
            {
                0 => new NodeProtocol.FindMissing([layer.Digest], null, caller),
                1 => new NodeProtocol.WhereIs([layer.Digest], caller),
                _ => new NodeProtocol.EnsureLayer(layer, [], Handling.Usual, caller),
            };
            node.Tell(request, system.ActorOf(Receiver.Props(answers[i])));
        }
        var patience = DateTime.UtcNow + caller.Within!.Value + TimeSpan.FromSeconds(15);
        while (answers.Any(each => each.IsEmpty) && DateTime.UtcNow < patience) await Task.Delay(50);
        await Task.Delay(ListenOn);
        await File.WriteAllLinesAsync(told, answers.Select(each => string.Join(' ', each)));
        await system.Terminate();
        return 0;
    }

    private sealed class Receiver(ConcurrentQueue<string> answers) : UntypedActor
    {
        public static Props Props(ConcurrentQueue<string> answers) =>
            Akka.Actor.Props.Create(() => new Receiver(answers));

        protected override void OnReceive(object message) => answers.Enqueue(message switch
        {
            NodeProtocol.RequestRefused refused => refused.Error.Kind.ToString(),
            NodeProtocol.EnsureLayerOk ok => ok.Outcome.ToString(),
            _ => message.GetType().Name,
        });
    }
}
