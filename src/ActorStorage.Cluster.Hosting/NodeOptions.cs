// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Hosting.Options;

namespace ActorStorage.Cluster.Hosting;

/// <summary>
/// What a host says about its node. Every property of an area is a key of hocon/node.conf, wire.conf, transfer.conf or
/// cluster.conf by the same name, where its default and its reason stand; null leaves it to the host's HOCON, and then
/// to the default. Sizes are bytes.
/// </summary>
public sealed class NodeOptions
{
    /// <summary>A node without a cluster. The actor system's provider must be <c>remote</c> for others to reach
    /// it.</summary>
    public bool IsAlone { get; set; }

    public NodeArea Node { get; } = new();

    public WireArea Wire { get; } = new();

    public TransferArea Transfer { get; } = new();

    public DirectoryArea Directory { get; } = new();
}
