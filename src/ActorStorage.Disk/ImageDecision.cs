// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a write makes of the index. Pure: no file is read or written here.</summary>
public static class ImageDecision
{
    /// <param name="index">The index, with all earlier writes of the batch in it.</param>
    /// <returns>The record afterwards, or before when it was deleted.</returns>
    /// <exception cref="StorageException">The write is refused.</exception>
    public static (ImageIndex Index, ImageRecord Image) Decide(ImageIndex index, ImageWrite write, Timestamp now)
    {
        switch (write)
        {
            case ImageWrite.Create create:
                return Create(index, create, now);
            case ImageWrite.Adopt adopt:
                RefuseUnusable(adopt.Foreign.Record.Id);
                return Add(index, Copy(adopt.Foreign));
            case ImageWrite.ChangeNames change:
                var named = index.Require(change.Image);
                var renamed = index.ChangeNames(named, change.Change, change.Names);
                return (renamed, renamed.Get(named.Id));
            case ImageWrite.SetMetadata set:
                return Replace(index, index.Require(set.Image) with { Metadata = set.Metadata });
            case ImageWrite.SetBigData set:
                RefuseNameless(set.Item.Key);
                return SetBigData(index, index.Require(set.Image), set.Item);
            case ImageWrite.Delete delete:
                var deleted = index.Require(delete.Image);
                return (index.Remove(deleted.Id), deleted);
            case ImageWrite.AddMappedLayer add:
                var image = index.Require(add.Image);
                return image.Layers.Contains(add.Layer)
                    ? (index, image)
                    : Replace(index, image with { MappedLayers = image.MappedLayers.Add(add.Layer) });
            case ImageWrite.RemoveMappedLayer remove:
                var mapped = index.Require(remove.Image);
                return mapped.MappedLayers.Contains(remove.Layer)
                    ? Replace(index, mapped with { MappedLayers = mapped.MappedLayers.Remove(remove.Layer) })
                    : (index, mapped);
            default:
                throw new ArgumentOutOfRangeException(nameof(write), write, "not a known write");
        }
    }

    /// <summary>All data of a new image: that of the foreign one, with what is given for the new one over it.</summary>
    internal static ImmutableArray<NewBigData> BigDataOf(ImageWrite.Create create)
    {
        if (create.Foreign is not { } foreign) return create.Image.BigData;
        var own = create.Image.BigData.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        return [.. foreign.BigData.Where(item => !own.Contains(item.Key)), .. create.Image.BigData];
    }

    private static (ImageIndex Index, ImageRecord Image) Create(
        ImageIndex index, ImageWrite.Create create, Timestamp now)
    {
        var (image, foreign) = (create.Image, create.Foreign?.Record);
        RefuseUnusable(image.Id);
        var items = BigDataOf(create);
        foreach (var item in items) RefuseNameless(item.Key);
        var (added, record) = Add(index, new ImageRecord
        {
            Id = image.Id,
            Digest = image.Digest ?? foreign?.Digest,
            Names = image.Names,
            NamesHistory = foreign?.NamesHistory ?? [],
            TopLayer = create.TopLayer,
            Metadata = image.Metadata.Length > 0 ? image.Metadata : foreign?.Metadata ?? "",
            BigData = items.Aggregate(BigDataItems.Empty, With),
            Created = image.Created ?? foreign?.Created ?? now,
            Flags = image.Flags,
        });
        if (foreign is null || foreign.Names.IsEmpty) return (added, record);
        // Only now, because then they are taken from whoever holds them and conflict with nobody.
        var renamed = added.ChangeNames(record, NamesChange.Add, foreign.Names.Concat(image.Names));
        return (renamed, renamed.Get(image.Id));
    }

    private static ImageRecord Copy(ForeignImage foreign) => foreign.Record with
    {
        Store = ImageStoreKind.First,
        MappedLayers = [],
        BigData = foreign.BigData.Aggregate(BigDataItems.Empty, With),
        UnknownFields = [],
    };

    private static (ImageIndex Index, ImageRecord Image) SetBigData(
        ImageIndex index, ImageRecord image, NewBigData item)
    {
        // The digest of the manifest that there was stays the image's own, also when that manifest goes.
        var known = image.WithOwnDigest();
        var items = With(known.BigData, item);
        return ReferenceEquals(items, image.BigData)
            ? (index, image)
            : Replace(index, (known with { BigData = items }).WithOwnDigest());
    }

    private static (ImageIndex Index, ImageRecord Image) Add(ImageIndex index, ImageRecord image)
    {
        var added = index.Add(image.WithOwnDigest());
        return (added, added.Get(image.Id));
    }

    private static (ImageIndex Index, ImageRecord Image) Replace(ImageIndex index, ImageRecord image) =>
        (index.Replace(image), image);

    private static BigDataItems With(BigDataItems items, NewBigData item) =>
        items.With(item.Key, item.Value.Span, item.ManifestDigest);

    private static void RefuseUnusable(ImageId id)
    {
        if (id.CreationFault is not { } fault) return;
        throw new StorageException(StorageErrorKind.Invalid, $"image id {Quoted.Text(id.Value)} {fault}");
    }

    private static void RefuseNameless(string key)
    {
        if (key.Length > 0) return;
        throw new StorageException(
            StorageErrorKind.Invalid,
            "can't set empty name for image big data item: not a valid name for a big data item");
    }
}
