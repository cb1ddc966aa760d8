// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>Whose layers lie in a place, and what may be done to them.</summary>
public enum LayerPlaceKind
{
    /// <summary>The graph root's own home: layers are made, mounted and deleted there.</summary>
    GraphRoot,

    /// <summary>The home in the image store of a split store: layers are made and deleted there, and mounted
    /// elsewhere.</summary>
    ImageStore,

    /// <summary>The home of an additional store: nothing is changed there.</summary>
    ReadOnly,
}

/// <summary>One home of a driver.</summary>
/// <param name="Directory">The handle through which everything in it is named: see
/// <see cref="ILayerDriver"/>.</param>
public sealed record LayerPlace(DirectoryHandle Directory, LayerPlaceKind Kind)
{
    /// <summary>Absolute, for what mount(2) and people are told.</summary>
    public string Path => Directory.Path;
}
