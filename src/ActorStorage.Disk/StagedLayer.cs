// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Archive;
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

    /// <summary>What the blob was; null for a layer without one.</summary>
    public BlobSummary? Blob { get; init; }
    public ImmutableArray<uint> UserIds { get; init; } = [];
    public ImmutableArray<uint> GroupIds { get; init; } = [];
    public long Entries { get; init; }
}
