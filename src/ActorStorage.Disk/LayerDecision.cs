// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a write makes of the index. Pure: no file is read or written here.</summary>
public static class LayerDecision
{
    /// <param name="index">The index, with all earlier writes of the batch in it.</param>
    /// <param name="readOnly">Layers that may be built upon; nothing else can be done to them.</param>
    /// <exception cref="StorageException">The write is refused.</exception>
    public static (LayerIndex Index, LayerRecord Layer) Decide(
        LayerIndex index, ReadOnlyLayers readOnly, LayerWrite write, Timestamp now)
    {
        switch (write)
        {
            case LayerWrite.Commit commit:
                var added = index.Add(Record(index, readOnly, commit, now));
                return (added, added.Get(commit.Layer.Id));
            case LayerWrite.ChangeNames change:
                var named = index.Require(change.Layer);
                var renamed = index.ChangeNames(named, change.Change, change.Names);
                return (renamed, renamed.Get(named.Id));
            case LayerWrite.SetDiff set:
                return Replace(index, set.Facts.In(index.Require(set.Layer)));
            case LayerWrite.SetMetadata set:
                return Replace(index, index.Require(set.Layer) with { Metadata = set.Metadata });
            case LayerWrite.SetBigData set:
                var layer = RequireForData(index, readOnly, set.Layer);
                return layer.BigDataNames.Contains(set.Key)
                    ? (index, layer)
                    : Replace(index, layer with { BigDataNames = layer.BigDataNames.Add(set.Key) });
            default:
                throw new ArgumentOutOfRangeException(nameof(write), write, "not a known write");
        }
    }

    /// <exception cref="StorageException">Invalid.</exception>
    public static void RefuseReserved(LayerId layer)
    {
        if (layer.IsReserved)
        {
            throw new StorageException(
                StorageErrorKind.Invalid, $"layer id {Quoted.Text(layer.Value)} is a name that the store itself uses");
        }
    }

    private static (LayerIndex Index, LayerRecord Layer) Replace(LayerIndex index, LayerRecord layer) =>
        (index.Replace(layer), layer);

    private static LayerRecord Record(
        LayerIndex index, ReadOnlyLayers readOnly, LayerWrite.Commit commit, Timestamp now)
    {
        RefuseReserved(commit.Layer.Id);
        if (commit.Parent is { } parent) Parent(index, readOnly, parent);
        RequireSameMaps(index, readOnly, commit);
        var layer = commit.Layer;
        var record = new LayerRecord
        {
            Id = layer.Id,
            Names = layer.Names,
            Parent = commit.Parent,
            Metadata = layer.Metadata,
            MountLabel = layer.MountLabel,
            Created = now,
            IdMaps = commit.Staged.Content.Plan.Maps,
            Document = DocumentOf(commit),
        };
        return commit.Staged.Facts is { } facts ? facts.In(record) : record;
    }

    private static LayerRecord RequireForData(LayerIndex index, ReadOnlyLayers readOnly, string layer)
    {
        if (index.Resolve(layer) is not null || readOnly.Resolve(layer) is not { } foreign) return index.Require(layer);
        throw new StorageException(
            StorageErrorKind.NotFound,
            $"locating layer with ID {Quoted.Text(foreign.Id.Value)} to write bigdata: layer not known");
    }

    private static LayerRecord Parent(LayerIndex index, ReadOnlyLayers readOnly, LayerId id) =>
        index.Find(id) ?? readOnly.Find(id)
            ?? throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");

    private static DocumentKind DocumentOf(LayerWrite.Commit commit)
    {
        if (commit.Layer.Volatile) return DocumentKind.Volatile;
        // Where the tree lies and where its record stands go together.
        return commit.Staged.Content.Plan.InImageStore ? DocumentKind.ImageStore : DocumentKind.Stable;
    }

    /// <summary>
    /// The layer was staged on one that has these owners. What is there now under its id may be another's.
    /// </summary>
    private static void RequireSameMaps(LayerIndex index, ReadOnlyLayers readOnly, LayerWrite.Commit commit)
    {
        if (commit.Staged.Content.Plan.Parent is not { } planned) return;
        var below = Parent(index, readOnly, planned.Id);
        if (below.IdMaps != planned.Maps)
        {
            throw new StorageException(
                StorageErrorKind.ParentUnknown,
                $"the owners of layer {planned.Id} changed while layer {commit.Layer.Id} was made for it");
        }
    }
}
