// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Stands for a message that arrived and could not be read.</summary>
/// <param name="Error">Why a known message is not taken: a value that makes no sense, or too much of them. Null when
/// the message is not known at all, or its bytes make no sense.</param>
public sealed record Unreadable(string Manifest, StorageError? Error, string Reason) : ILocalMessage
{
    /// <summary>What is told to who sent it.</summary>
    public INodeReply Answer => Error is null
        ? new NodeProtocol.NotUnderstood(Manifest, Reason)
        : new NodeProtocol.RequestRefused(Error);
}
