// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk;

/// <summary>
/// What is wrong in a store: for each id, sorted, one line per finding. Ids without findings are not in it. A line is
/// complete, in the words scripts look for: it begins with what it is about, <c>layer ID: </c> for instance, because
/// an image's lines repeat those of its layers and a container's those of its image.
/// </summary>
public sealed record CheckReport
{
    // Before the empty report, which is made of it.
    private static ImmutableSortedDictionary<string, ImmutableArray<string>> None { get; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    public static CheckReport Empty { get; } = new();

    /// <summary>Layers that can be repaired by deleting them, with those of <see cref="StorageLayers"/>.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Layers { get; init; } = None;

    /// <summary>Layers of stores where nothing is ever written.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> ReadOnlyLayers { get; init; } = None;

    public ImmutableSortedDictionary<string, ImmutableArray<string>> Images { get; init; } = None;

    public ImmutableSortedDictionary<string, ImmutableArray<string>> ReadOnlyImages { get; init; } = None;

    public ImmutableSortedDictionary<string, ImmutableArray<string>> Containers { get; init; } = None;

    /// <summary>Directories of layers that no record names, sorted.</summary>
    public ImmutableArray<LayerId> StorageLayers { get; init; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsClean => Layers.IsEmpty && Images.IsEmpty && Containers.IsEmpty && IsReadOnlyClean;

    /// <summary>Whether nothing is wrong where nothing can be repaired.</summary>
    public bool IsReadOnlyClean => ReadOnlyLayers.IsEmpty && ReadOnlyImages.IsEmpty;
}
