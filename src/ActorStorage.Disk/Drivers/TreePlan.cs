// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>What a driver must know of a layer before it makes its directory.</summary>
/// <param name="Parent">Null for a layer on nothing.</param>
/// <param name="Maps">How the ids of the layer's files lie on the host.</param>
public sealed record TreePlan(LayerId Layer, TreeParent? Parent, IdMaps Maps)
{
    /// <summary>Whether it goes to the image store of a split store.</summary>
    public bool InImageStore { get; init; }

    /// <summary>Whether what is inherited belongs to others than it must: then it changes owners.</summary>
    public bool ChangesOwners => Parent is { } parent && parent.Maps != Maps;
}

/// <summary>What a layer is put on. Not always the parent in its record: a copy of a layer for other owners is put on
/// that layer.</summary>
/// <param name="Maps">How the ids of its files lie on the host.</param>
/// <param name="Staged">The layer itself, when it is not visible yet and will be committed before. Null for one in
/// its place, or, where <see cref="ILayerDriver.CopiesParent"/> does not ask for it, for one that will be in
/// time.</param>
public sealed record TreeParent(LayerId Id, IdMaps Maps, StagedTree? Staged = null);
