// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>
/// The documents that the records of one kind may stand in. Loaded together they are in this order, and of layers or
/// containers with one id the first counts.
/// </summary>
public enum DocumentKind
{
    /// <summary>layers.json, images.json, containers.json.</summary>
    Stable,

    /// <summary>The layers.json of a split image store.</summary>
    ImageStore,

    /// <summary>volatile-layers.json, volatile-containers.json: never synced.</summary>
    Volatile,
}
