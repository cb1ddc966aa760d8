// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>Which of the image stores that a root sees.</summary>
public enum ImageStoreKind
{
    /// <summary>Where new images go: that of the root, or of the image store when that is split off.</summary>
    First,

    /// <summary>That of the graph root while the image store is split off. What is there may be changed.</summary>
    GraphRoot,

    /// <summary>Of another root, where nothing is ever written.</summary>
    Additional,
}
