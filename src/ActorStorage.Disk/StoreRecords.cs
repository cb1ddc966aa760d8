// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>The records of a store, read together: what one names was there when the others were read.</summary>
public sealed record StoreRecords(
    ImmutableArray<LayerRecord> Layers, ImmutableArray<ImageRecord> Images, ImmutableArray<ContainerRecord> Containers)
{
    /// <summary>Those of additional stores, in the order in which these are asked. What has an id that a store before
    /// it has too is hidden by that.</summary>
    public ImmutableArray<ReadOnlyRecords> ReadOnly { get; init; } = [];
}

/// <summary>The records of a store where nothing is ever written.</summary>
/// <param name="Paths">Where their files are.</param>
public sealed record ReadOnlyRecords(
    ReadOnlyStorePaths Paths, ImmutableArray<LayerRecord> Layers, ImmutableArray<ImageRecord> Images);
