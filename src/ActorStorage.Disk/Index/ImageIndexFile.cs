// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>The image document of a store.</summary>
/// <param name="store">The store, which the records remember.</param>
public sealed class ImageIndexFile(IDisk disk, DirectoryHandle directory, ImageStoreKind store)
    : IndexFile<ImageRecord, ImageIndex>(disk, new IndexDocument(DocumentKind.Stable, directory, Name))
{
    public const string Name = "images.json";

    private protected override bool AreImages => true;

    private protected override ImmutableArray<ImageRecord> Parse(
        ReadOnlyMemory<byte> json, string path, DocumentKind document)
    {
        var images = RecordDocument.ParseImages(json, path).Select(image => image.WithOwnDigest());
        return [.. store == ImageStoreKind.First ? images : images.Select(image => image with { Store = store })];
    }

    private protected override ImageIndex IndexOf(IReadOnlyList<ImageRecord> records) => ImageIndex.Of(records);
}
