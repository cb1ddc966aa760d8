// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.TestKit.Scripts;

/// <summary>Whom a script talks to.</summary>
public interface IScriptTarget
{
    /// <summary>Where a script's archives are made, readable to who is asked to put them.</summary>
    string Files { get; }

    void Send(INodeMessage message);

    /// <summary>The next message that came back; null when none comes in time. What is there is never late.</summary>
    /// <exception cref="StorageException">What came next could not be kept.</exception>
    Task<INodeMessage?> NextAsync(TimeSpan waitMax, CancellationToken cancellation);
}

/// <summary>A node by its address, in this process or another one: whatever it sends back is kept until the script asks
/// for it.</summary>
public sealed class NodeTarget : IScriptTarget, IAsyncDisposable
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(10);
    private readonly IActorRef _node;
    private readonly IActorRef _mouth;
    private readonly Channel<INodeMessage> _kept = Channel.CreateBounded<INodeMessage>(KeptMax);

    /// <param name="node">Takes <see cref="NodeProtocol"/>.</param>
    /// <param name="files">An existing directory.</param>
    public NodeTarget(ActorSystem system, IActorRef node, string files)
    {
        (_node, Files) = (node, files);
        _mouth = system.ActorOf(Props.Create(() => new Mouth(_kept.Writer)));
    }

    public string Files { get; }

    public void Send(INodeMessage message) => _node.Tell(message, _mouth);

    public async Task<INodeMessage?> NextAsync(TimeSpan waitMax, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(waitMax);
        try
        {
            await _kept.Reader.WaitToReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What came by now is not late.
        }
        if (_kept.Reader.TryRead(out var message)) return message;
        if (_kept.Reader.Completion.IsFaulted) await _kept.Reader.Completion;
        return null;
    }

    public async ValueTask DisposeAsync() => await _mouth.GracefulStop(EndMax);

    /// <summary>Is who asks, in the eyes of the node.</summary>
    private sealed class Mouth(ChannelWriter<INodeMessage> kept) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is not INodeMessage word) Unhandled(message);
            else if (!kept.TryWrite(word)) kept.TryComplete(Lost());
        }

        /// <summary>The script reads what is kept and then this, and not what came after a gap.</summary>
        private static StorageException Lost() => new(
            StorageErrorKind.TooLarge, $"more than {KeptMax} messages came that no line had taken");
    }
}
