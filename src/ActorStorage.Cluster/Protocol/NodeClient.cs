// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Protocol;

/// <summary>A node for those who have no actor of their own, on this machine or on another. A refusal is a
/// <see cref="StorageException"/>. The actor system needs <see cref="WireSettings.Reference"/> as a fallback of its
/// configuration.</summary>
public sealed class NodeClient
{
    /// <summary>What a node is called in its actor system.</summary>
    public const string ActorName = "storage-node";

    // When the caller does not say, the node does: so long, unless it was told otherwise.
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(10);

    /// <summary>The node answers by the deadline itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly ICanTell _node;
    private readonly WireSettings _limits;

    /// <param name="system">Of the caller.</param>
    /// <param name="address">Of the node's actor system, such as <c>akka.tcp://storage@10.0.0.7:4053</c>.</param>
    public NodeClient(ActorSystem system, string address)
        : this(system, ((ExtendedActorSystem)system).Provider.ResolveActorRef($"{address}/user/{ActorName}"))
    {
    }

    public NodeClient(ActorSystem system, ICanTell node) =>
        (_node, _limits) = (node, WireSettings.From(system.Settings.Config));

    /// <typeparam name="T">The reply named after the request.</typeparam>
    /// <exception cref="StorageException">Why it was refused. TooLarge: it was not sent. NotSupported: the node does
    /// not know this message. Cancelled: the node did not answer; what became of it is not known.</exception>
    public async Task<T> AskAsync<T>(INodeRequest request, CancellationToken cancellation = default)
        where T : INodeReply
    {
        if (WireTable.Of(request) is not { } entry)
            throw new StorageException(StorageErrorKind.Invalid, $"{request.GetType()} is no message between machines");
        if (WireLimits.Fault(entry.Of(request), _limits) is { } tooLarge) throw new StorageException(tooLarge);
        var waitMax = (request.Caller.Within ?? AnswerMax) + Grace;
        object reply;
        try
        {
            reply = await _node.Ask<object>(request, waitMax, cancellation).ConfigureAwait(false);
        }
        catch (AskTimeoutException late)
        {
            throw new StorageException(StorageErrorKind.Cancelled, "the node did not answer", cause: late);
        }
        return reply switch
        {
            T answer => answer,
            NodeProtocol.RequestRefused refused => throw new StorageException(refused.Error),
            NodeProtocol.NotUnderstood not => throw new StorageException(
                StorageErrorKind.NotSupported, $"the node does not know {request.GetType().Name}: {not.Reason}"),
            _ => throw new StorageException(
                StorageErrorKind.NotSupported, $"{reply.GetType().Name} is no answer to {request.GetType().Name}"),
        };
    }
}
