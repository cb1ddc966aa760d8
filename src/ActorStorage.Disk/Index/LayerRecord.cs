// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// One record of layers.json or volatile-layers.json. A value: change it with <c>with</c>, then put it into the
/// <see cref="LayerIndex"/>. It remembers its bytes, so that writing a document encodes only the records that changed.
/// </summary>
public sealed record LayerRecord
{
    // The bytes belong to the record named beside them. A copy made by `with` inherits both fields and finds that the
    // bytes are not its own; no property has to know that there is something to forget.
    private ReadOnlyMemory<byte> _encoded;
    private LayerRecord? _encodedOf;

    public required LayerId Id { get; init; }

    /// <summary>Unique among the layers of a store, newest addition first.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    public LayerId? Parent { get; init; }

    public string Metadata { get; init; } = "";

    /// <summary>The SELinux label to mount with.</summary>
    public string MountLabel { get; init; } = "";

    public Timestamp Created { get; init; }

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

    public LayerFlags Flags { get; init; } = LayerFlags.Empty;

    /// <summary>The map the content was written with; empty when ids are mapped at mount time.</summary>
    public ImmutableArray<IdMap> UserIdMaps { get; init; } = [];

    public ImmutableArray<IdMap> GroupIdMaps { get; init; } = [];

    /// <summary>Keys of the layer's big data, in order of first use.</summary>
    public ImmutableArray<string> BigDataNames { get; init; } = [];

    /// <summary>Which document the record belongs to. Not written.</summary>
    public bool Volatile { get; init; }

    /// <summary>Under construction or deletion; such a record is never built upon.</summary>
    public bool Incomplete => Flags.IsTrue(LayerFlags.Incomplete);

    internal ImmutableArray<UnknownField> UnknownFields { get; init; } = [];

    /// <summary>The record as it stands, or will stand, in its document.</summary>
    public ReadOnlyMemory<byte> Encoded
    {
        get
        {
            if (System.Threading.Volatile.Read(ref _encodedOf) != (object)this)
            {
                // Two threads may both come here; they write the same length and equal bytes.
                _encoded = LayerRecordWriter.Encode(this);
                System.Threading.Volatile.Write(ref _encodedOf, this);
            }
            return _encoded;
        }
    }

    /// <summary>Says what the record was read from.</summary>
    internal LayerRecord ReadFrom(ReadOnlyMemory<byte> encoded)
    {
        (_encoded, _encodedOf) = (encoded, this);
        return this;
    }

    /// <summary>Two records are equal when they would be written alike into the same document.</summary>
    public bool Equals(LayerRecord? other) => ReferenceEquals(this, other)
        || (other is not null && Volatile == other.Volatile && Encoded.Span.SequenceEqual(other.Encoded.Span));

    public override int GetHashCode() => Id.GetHashCode();
}
