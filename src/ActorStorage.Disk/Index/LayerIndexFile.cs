// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>The layer documents of a store.</summary>
public sealed class LayerIndexFile : IndexFile<LayerRecord, LayerIndex>
{
    public const string StableName = "layers.json";
    public const string VolatileName = "volatile-layers.json";

    /// <param name="stable">The directory of layers.json.</param>
    /// <param name="volatile">That of volatile-layers.json; the same unless the store is transient.</param>
    /// <param name="imageStore">That of the second layers.json when the image store is split off.</param>
    public LayerIndexFile(
        IDisk disk, DirectoryHandle stable, DirectoryHandle? @volatile = null, DirectoryHandle? imageStore = null)
        : base(disk, Documents(stable, imageStore, @volatile ?? stable))
    {
    }

    private protected override ImmutableArray<LayerRecord> Parse(
        ReadOnlyMemory<byte> json, string path, DocumentKind document) =>
        RecordDocument.ParseLayers(json, path, document);

    private protected override LayerIndex IndexOf(IReadOnlyList<LayerRecord> records) => LayerIndex.Of(records);

    private static ImmutableArray<IndexDocument> Documents(
        DirectoryHandle stable, DirectoryHandle? imageStore, DirectoryHandle @volatile)
    {
        var first = new IndexDocument(DocumentKind.Stable, stable, StableName);
        var last = new IndexDocument(DocumentKind.Volatile, @volatile, VolatileName);
        return imageStore is null
            ? [first, last]
            : [first, new IndexDocument(DocumentKind.ImageStore, imageStore, StableName), last];
    }
}
