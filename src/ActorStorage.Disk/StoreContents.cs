// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>All records of a store, read together: what one names was there when the others were read.</summary>
/// <param name="Layers">Of the writable layer store.</param>
/// <param name="Images">With those of additional stores behind the store's own; they say which they are.</param>
public sealed record StoreContents(
    ImmutableArray<LayerRecord> Layers, ImmutableArray<ImageRecord> Images, ImmutableArray<ContainerRecord> Containers)
{
    /// <summary>Layers of additional stores, in the order of those; a layer that comes twice counts once.</summary>
    public ImmutableArray<LayerRecord> ReadOnlyLayers { get; init; } = [];
}
