// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>One record of layers.json or volatile-layers.json.</summary>
public sealed record LayerRecord : StoredRecord
{
    public required LayerId Id { get; init; }

    public LayerId? Parent { get; init; }

    /// <summary>The SELinux label to mount with.</summary>
    public string MountLabel { get; init; } = "";

    /// <summary>Of the blob as it was presented, compressed or not.</summary>
    public Digest? CompressedDigest { get; init; }

    public long CompressedSizeBytes { get; init; }

    /// <summary>Of the uncompressed archive.</summary>
    public Digest? DiffDigest { get; init; }

    /// <summary>Of the table of contents, for layers that were pulled in part.</summary>
    public Digest? TocDigest { get; init; }

    /// <summary>Length of the uncompressed archive; -1 when only the table of contents is known.</summary>
    public long DiffSizeBytes { get; init; }

    public Compression Compression { get; init; }

    /// <summary>Every owner in the archive, ascending.</summary>
    public ImmutableArray<uint> UserIds { get; init; } = [];

    public ImmutableArray<uint> GroupIds { get; init; } = [];

    /// <summary>The map the content was written with; empty when ids are mapped at mount time.</summary>
    public IdMaps IdMaps { get; init; } = IdMaps.None;

    /// <summary>Keys of the layer's big data, in order of first use.</summary>
    public ImmutableArray<string> BigDataNames { get; init; } = [];

    /// <summary>Graph root of the additional store that it was read from; null for a layer of the store itself. Not
    /// written.</summary>
    public string? ReadOnlyStore { get; init; }

    public bool IsReadOnly => ReadOnlyStore is not null;

    /// <summary>Under construction or deletion; such a record is never built upon.</summary>
    public bool Incomplete => Flags.IsTrue(RecordFlags.Incomplete);

    public override string Key => Id.Value;

    public bool Equals(LayerRecord? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    protected override ReadOnlyMemory<byte> Encode() => LayerRecordWriter.Encode(this);
}
