// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a write makes of the index. Pure: no file is read or written here.</summary>
public static class LayerDecision
{
    /// <param name="index">The index, with all earlier writes of the batch in it.</param>
    /// <exception cref="StorageException">The write is refused.</exception>
    public static (LayerIndex Index, LayerRecord Layer) Decide(LayerIndex index, LayerWrite write, Timestamp now)
    {
        switch (write)
        {
            case LayerWrite.Commit commit:
                var added = index.Add(Record(index, commit, now));
                return (added, added.Get(commit.Layer.Id));
            case LayerWrite.ChangeNames change:
                var named = index.Require(change.Layer);
                var renamed = index.ChangeNames(named, change.Change, change.Names);
                return (renamed, renamed.Get(named.Id));
            case LayerWrite.SetMetadata set:
                return Replace(index, index.Require(set.Layer) with { Metadata = set.Metadata });
            case LayerWrite.SetBigData set:
                var layer = index.Require(set.Layer);
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

    private static LayerRecord Record(LayerIndex index, LayerWrite.Commit commit, Timestamp now)
    {
        RefuseReserved(commit.Layer.Id);
        if (commit.Parent is { } parent && index.Find(parent) is null)
            throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");
        var (layer, blob) = (commit.Layer, commit.Staged.Blob);
        var record = new LayerRecord
        {
            Id = layer.Id,
            Names = layer.Names,
            Parent = commit.Parent,
            Metadata = layer.Metadata,
            MountLabel = layer.MountLabel,
            Created = now,
        };
        return blob is null ? record : record with
        {
            CompressedDigest = blob.CompressedDigest,
            CompressedSizeBytes = blob.CompressedSizeBytes,
            DiffDigest = blob.DiffDigest,
            DiffSizeBytes = blob.DiffSizeBytes,
            Compression = blob.Compression,
            UserIds = commit.Staged.UserIds,
            GroupIds = commit.Staged.GroupIds,
        };
    }
}
