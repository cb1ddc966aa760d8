// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a container shall be.</summary>
public sealed record NewContainer
{
    public required ContainerId Id { get; init; }

    /// <summary>An id, a name, or the beginning of one image's id only; null or empty for none.</summary>
    public string? Image { get; init; }

    /// <summary>The id for the container's own layer; null for a random one.</summary>
    public LayerId? Layer { get; init; }

    /// <summary>A name given twice counts once.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
    public string Metadata { get; init; } = "";

    /// <summary>Its record and its layer's are written without syncs, and the layer is mounted without them.</summary>
    public bool Volatile { get; init; }

    /// <summary>SELinux labels; stored as given.</summary>
    public string MountLabel { get; init; } = "";
    public string ProcessLabel { get; init; } = "";

    /// <summary>What to mount the layer with when the request says nothing.</summary>
    public ImmutableArray<string> MountOptions { get; init; } = [];

    /// <summary>How ids inside shall lie on the host.</summary>
    public WantedMaps Maps { get; init; } = WantedMaps.Inherited;
    public ImmutableArray<NewBigData> BigData { get; init; } = [];

    /// <summary>Besides those that the container's other properties stand for.</summary>
    public RecordFlags Flags { get; init; } = RecordFlags.Empty;
}
