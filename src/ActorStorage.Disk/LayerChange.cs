// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

public enum LayerChangeKind
{
    Modified,
    Added,
    Deleted,
}

/// <summary>What a layer does to one path of the layers below it.</summary>
/// <param name="Path">As seen in the whole tree, beginning with a separator.</param>
public sealed record LayerChange(LayerChangeKind Kind, string Path);
