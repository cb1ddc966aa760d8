// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node;
using ActorStorage.TestKit.Scripts;
using Akka.Actor;

namespace ActorStorage.TestKit;

/// <content>The root as a node, which takes messages from other machines.</content>
public sealed partial class TestRoot
{
    private IActorRef? _node;

    /// <summary>The <see cref="StorageNode"/> of the engine that runs, made when it is first asked for. It needs a
    /// journal.</summary>
    /// <exception cref="InvalidOperationException">The root has no journal, or its engine is stopped.</exception>
    public IActorRef Node => _node ??= System.ActorOf(StorageNode.Props(
        NodeSettings.From(_config), Storage,
        Journal ?? throw new InvalidOperationException("a node needs a root with a journal whose engine runs")));

    /// <summary>Runs a script of messages against <see cref="Node"/>; its archives are made in
    /// <see cref="Files"/>.</summary>
    /// <exception cref="ScriptException">What was not as expected, and in which line.</exception>
    public async Task<ScriptSummary> RunScriptAsync(
        Script script, IReadOnlyDictionary<string, string>? values = null, Action<string>? say = null,
        CancellationToken cancellation = default)
    {
        await using var target = new NodeTarget(System, Node, Files);
        return await script.RunAsync(target, values, say, cancellation);
    }
}
