// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>
/// What keeps a leased layer in the eyes of every tool: an empty layer on top of it, known by its name. Whoever keeps
/// the leases deletes it when the lease ends; nobody else may, whether he knows of leases or not.
/// </summary>
public static class LeaseRecord
{
    /// <summary>What the name of such a layer begins with.</summary>
    public const string NamePrefix = "actor-storage-lease-";

    public static bool Is(LayerRecord layer) => NameOf(layer) is not null;

    /// <summary>The name that makes the layer one; null for all others.</summary>
    public static string? NameOf(LayerRecord layer) =>
        layer.Names.FirstOrDefault(name => name.StartsWith(NamePrefix, StringComparison.Ordinal));
}
