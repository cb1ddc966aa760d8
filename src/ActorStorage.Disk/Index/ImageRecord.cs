// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>One record of images.json.</summary>
public sealed record ImageRecord : StoredRecord
{
    public required ImageId Id { get; init; }

    /// <summary>
    /// The digest the image was given, or the first manifest's that was seen. Once set it stays, also when that
    /// manifest is replaced.
    /// </summary>
    public Digest? Digest { get; init; }

    /// <summary>Every name that a change of names has given the image, the latest first.</summary>
    public ImmutableArray<string> NamesHistory { get; init; } = [];

    /// <summary>The layer that holds the image's tree; null for an image without layers.</summary>
    public LayerId? TopLayer { get; init; }

    /// <summary>Copies of the top layer whose owners are mapped otherwise.</summary>
    public ImmutableArray<LayerId> MappedLayers { get; init; } = [];

    public BigDataItems BigData { get; init; } = BigDataItems.Empty;

    /// <summary>The store that the record comes from. Not written.</summary>
    public ImageStoreKind Store { get; init; }

    /// <summary>Comes from an additional store, where nothing is ever written.</summary>
    public bool IsReadOnly => Store == ImageStoreKind.Additional;

    /// <summary>Every digest by which the image is found: <see cref="Digest"/> first, then those of its
    /// manifests.</summary>
    public IEnumerable<Digest> Digests =>
        (Digest is { } own ? [own] : Array.Empty<Digest>()).Concat(BigData.ManifestDigests).Distinct();

    /// <summary>The top layer and its mapped copies.</summary>
    public IEnumerable<LayerId> Layers => TopLayer is { } top ? MappedLayers.Prepend(top) : MappedLayers;

    /// <summary>With the digest of a manifest as its own, if it has none of its own.</summary>
    internal ImageRecord WithOwnDigest() =>
        Digest is null && Digests.Any() ? this with { Digest = Digests.First() } : this;

    public override string Key => Id.Value;

    public bool Equals(ImageRecord? other) => base.Equals(other) && Store == other!.Store;

    public override int GetHashCode() => base.GetHashCode();

    protected override ReadOnlyMemory<byte> Encode() => ImageRecordWriter.Encode(this);
}
