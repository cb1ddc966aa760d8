// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What an image shall be.</summary>
public sealed record NewImage
{
    public required ImageId Id { get; init; }

    /// <summary>An id, a name, or the beginning of one layer's id only; null or empty for none.</summary>
    public string? TopLayer { get; init; }

    /// <summary>A name given twice counts once.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
    public string Metadata { get; init; } = "";

    /// <summary>By which the image is to be found; null to take that of its manifest.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Null for now.</summary>
    public Timestamp? Created { get; init; }
    public ImmutableArray<NewBigData> BigData { get; init; } = [];
    public RecordFlags Flags { get; init; } = RecordFlags.Empty;
}
