// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>Layers that the driver knows and no index names: empty when they are made. All of this with a current
/// index.</summary>
public static class BareLayer
{
    /// <summary>What is to be staged. Needs no lock.</summary>
    /// <param name="parent">Recorded or not; null for none. Its files keep their owners, whatever the maps
    /// say.</param>
    /// <param name="maps">Who owns what is made.</param>
    /// <returns>Null when a layer without a record has the id already and stays: where a layer holds its parents'
    /// files the Go tools keep it, too.</returns>
    /// <exception cref="StorageException">AlreadyExists: it is recorded. ParentUnknown. Invalid. NotSupported: no layer
    /// can be written to.</exception>
    public static TreePlan? Plan(LayerRoot root, LayerId layer, LayerId? parent, IdMaps maps)
    {
        RefuseRecorded(root, layer);
        if (parent is { } id && root.Driver.Places.Find(id) is null)
        {
            throw new StorageException(
                StorageErrorKind.ParentUnknown, $"Stat {root.Driver.ContentPath(id)}: no such file or directory");
        }
        if (IsKept(root, layer)) return null;
        if (root.Driver.Options.WriteableFault is { } fault)
            throw new StorageException(StorageErrorKind.NotSupported, fault);
        return new TreePlan(layer, parent is { } below ? new TreeParent(below, maps) : null, maps);
    }

    /// <summary>Makes it visible, under layers.lock, held exclusively. One without a record that has the id is thrown
    /// away, or kept as above.</summary>
    /// <returns>What is to be removed when the lock is gone.</returns>
    /// <exception cref="StorageException">As <see cref="Plan"/>; the staged tree is the caller's still.</exception>
    public static IReadOnlyList<Trash> Show(LayerRoot root, StagedTree tree)
    {
        RefuseRecorded(root, tree.Layer);
        if (IsKept(root, tree.Layer))
        {
            tree.Release();
            return [tree.Place];
        }
        root.Driver.BeginBatch().Attach(tree, keepRoot: false);
        var trash = new List<Trash>(root.Driver.Discard(tree.Layer, root.Area));
        trash.AddRange(tree.Show(root.Area));
        root.Driver.RemoveMark(tree.Layer);
        return trash;
    }

    /// <summary>Deletes a layer for the driver, whatever the index says of it, under layers.lock, held
    /// exclusively.</summary>
    /// <returns>What is to be removed when the lock is gone.</returns>
    /// <exception cref="StorageException">NotFound. Invalid: the store itself uses the name.</exception>
    public static IReadOnlyList<Trash> Delete(LayerRoot root, LayerId layer)
    {
        LayerDecision.RefuseReserved(layer);
        return IsOurs(root, layer)
            ? root.Driver.Discard(layer, root.Area)
            : throw new StorageException(StorageErrorKind.NotFound, "layer not known");
    }

    private static void RefuseRecorded(LayerRoot root, LayerId layer)
    {
        LayerDecision.RefuseReserved(layer);
        if (root.Index.Find(layer) is not null)
            throw new StorageException(StorageErrorKind.AlreadyExists, "that ID is already in use");
    }

    private static bool IsKept(LayerRoot root, LayerId layer) => root.Driver.CopiesParent && IsOurs(root, layer);

    private static bool IsOurs(LayerRoot root, LayerId layer) => root.Driver.Places.FindWritable(layer) is not null;
}
