// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <summary>A request that waits for its answer.</summary>
/// <param name="Wish">What a key stands for; empty where there are no keys.</param>
internal sealed record OwedReply(long Id, INodeRequest Request, IActorRef Asker, string Wish)
{
    /// <summary>Nobody waits for it any more.</summary>
    public CancellationTokenSource Given { get; } = new();

    /// <summary>Of an image, one for each layer as they come; else empty.</summary>
    public NodeProtocol.EnsureLayerOk?[] Layers { get; init; } = [];

    public Handling Handling => Request switch
    {
        NodeProtocol.EnsureLayer ensure => ensure.Handling,
        NodeProtocol.EnsureImage ensure => ensure.Handling,
        _ => Handling.Usual,
    };
}
