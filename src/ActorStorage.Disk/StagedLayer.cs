// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>A complete layer that nobody sees yet: a directory in the staging area, ready to be renamed.</summary>
public sealed record StagedLayer
{
    public required LayerId Id { get; init; }

    /// <summary>The future directory of the layer, as its driver made it.</summary>
    public required StagedTree Content { get; init; }

    /// <summary>Where that directory lies until it becomes visible.</summary>
    public Trash Tree => Content.Place;

    /// <summary>The future tar-split file; null for a layer without a blob.</summary>
    public Trash? TarSplit { get; init; }

    /// <summary>Whether the archive itself said what the root directory is like; else it is taken from the
    /// parent.</summary>
    public bool IsRootSet { get; init; }

    /// <summary>What the record says of the archive; null for a layer without one.</summary>
    public DiffFacts? Facts { get; init; }
    public long Entries { get; init; }

    /// <summary>What it takes up on disk, the tar-split file included; null when that was not counted.</summary>
    public long? DiskBytes { get; init; }
}
