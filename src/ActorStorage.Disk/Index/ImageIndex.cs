// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>All image records of a store and the ways to find them.</summary>
public sealed class ImageIndex : RecordIndex<ImageRecord, ImageIndex>
{
    private const int ByDigest = 0;
    private const int ByLayer = 1;

    private ImageIndex(RecordMaps<ImageRecord> maps)
        : base(maps)
    {
    }

    public static ImageIndex Empty { get; } = Of([]);

    public IEnumerable<ImageRecord> Images => Records;

    public ImageRecord? Find(ImageId id) => FindById(id.Value);

    /// <summary>By the image's own digest or that of one of its manifests.</summary>
    public IReadOnlyList<ImageRecord> FindByDigest(Digest digest) => At(ByDigest, digest.Value);

    /// <summary>Whose top layer it is, or a mapped copy of that.</summary>
    public IReadOnlyList<ImageRecord> FindByLayer(LayerId layer) => At(ByLayer, layer.Value);

    /// <exception cref="StorageException">NotFound.</exception>
    public ImageRecord Get(ImageId id) => GetById(id.Value);

    /// <exception cref="StorageException">NotFound.</exception>
    public ImageIndex Remove(ImageId id) => RemoveById(id.Value);

    public override ImageRecord Require(string idNameOrPrefix) =>
        Resolve(idNameOrPrefix) ?? throw Unknown(idNameOrPrefix);

    /// <param name="records">In order; ids and names must be unique.</param>
    internal static ImageIndex Of(IReadOnlyList<ImageRecord> records) => new(RecordMaps<ImageRecord>.Of(
        records,
        image => [.. image.Digests.Select(digest => digest.Value)],
        image => [.. image.Layers.Select(layer => layer.Value).Distinct()]));

    private protected override ImageIndex With(RecordMaps<ImageRecord> maps) => new(maps);

    /// <summary>Every name the image then has comes to the front of its history, one after the other.</summary>
    private protected override ImageRecord Renamed(ImageRecord record, ImmutableArray<string> names)
    {
        var history = names.Reverse().Concat(record.NamesHistory).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return names.SequenceEqual(record.Names, StringComparer.Ordinal)
            && history.SequenceEqual(record.NamesHistory, StringComparer.Ordinal)
            ? record
            : record with { Names = names, NamesHistory = history };
    }

    private protected override StorageException IdTaken(ImageRecord record) => new(
        StorageErrorKind.AlreadyExists,
        $"an image with ID {Quoted.Text(record.Id.Value)} already exists: that ID is already in use");

    private protected override StorageException NameTaken(string name, ImageRecord holder) => new(
        StorageErrorKind.NameTaken,
        $"image name {Quoted.Text(name)} is already associated with image {Quoted.Text(holder.Id.Value)}: "
            + "that name is already in use");

    private protected override StorageException Unknown(string id) =>
        new(StorageErrorKind.NotFound, $"locating image with ID {Quoted.Text(id)}: image not known");
}
