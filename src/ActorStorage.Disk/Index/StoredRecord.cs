// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// What the records of layers, images and containers have in common. A value: change it with <c>with</c>, then put it
/// into its index. It remembers its bytes, so that writing a document encodes only the records that changed.
/// </summary>
public abstract record StoredRecord
{
    // The bytes belong to the record named beside them. A copy made by `with` inherits both fields and finds that the
    // bytes are not its own; no property has to know that there is something to forget.
    private ReadOnlyMemory<byte> _encoded;
    private StoredRecord? _encodedOf;

    /// <summary>Unique among the records of one kind in a store, newest addition first.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Opaque text of the caller.</summary>
    public string Metadata { get; init; } = "";

    public Timestamp Created { get; init; }

    public RecordFlags Flags { get; init; } = RecordFlags.Empty;

    /// <summary>Which document the record belongs to. Not written.</summary>
    public DocumentKind Document { get; init; }

    public bool Volatile => Document == DocumentKind.Volatile;

    /// <summary>The record as it stands, or will stand, in its document.</summary>
    public ReadOnlyMemory<byte> Encoded
    {
        get
        {
            if (System.Threading.Volatile.Read(ref _encodedOf) != (object)this)
            {
                // Two threads may both come here; they write the same length and equal bytes.
                _encoded = Encode();
                System.Threading.Volatile.Write(ref _encodedOf, this);
            }
            return _encoded;
        }
    }

    /// <summary>The text of the id.</summary>
    public abstract string Key { get; }

    internal ImmutableArray<UnknownField> UnknownFields { get; init; } = [];

    /// <summary>Says what the record was read from.</summary>
    internal void ReadFrom(ReadOnlyMemory<byte> encoded) => (_encoded, _encodedOf) = (encoded, this);

    /// <summary>Two records are equal when they would be written alike into the same document.</summary>
    public virtual bool Equals(StoredRecord? other) => ReferenceEquals(this, other)
        || (other is not null && EqualityContract == other.EqualityContract && Document == other.Document
            && Encoded.Span.SequenceEqual(other.Encoded.Span));

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);

    protected abstract ReadOnlyMemory<byte> Encode();
}

internal static class StoredRecordNames
{
    /// <summary>The record with other names.</summary>
    internal static TRecord Named<TRecord>(this TRecord record, ImmutableArray<string> names)
        where TRecord : StoredRecord => (TRecord)((StoredRecord)record with { Names = names });
}
