// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>Layers that the driver knows and no index names. All of this under layers.lock, held exclusively, with a
/// current index.</summary>
public static class BareLayer
{
    /// <summary>Makes an empty layer. One without a record that has the id already is thrown away; where a layer holds
    /// its parents' files it is kept instead, as the Go tools do.</summary>
    /// <param name="parent">Recorded or not; null for none.</param>
    /// <returns>What is to be removed when the lock is gone.</returns>
    /// <exception cref="StorageException">AlreadyExists: it is recorded. ParentUnknown.</exception>
    public static IReadOnlyList<Trash> Create(LayerRoot root, LayerId layer, LayerId? parent)
    {
        LayerDecision.RefuseReserved(layer);
        var driver = root.Driver;
        if (root.Index.Find(layer) is not null)
            throw new StorageException(StorageErrorKind.AlreadyExists, "that ID is already in use");
        var below = parent is { } id ? Parent(root, id) : null;
        if (driver.CopiesParent && IsOurs(root, layer)) return [];
        var trash = new List<Trash>(driver.Discard(layer, root.Area));
        var place = new Trash(root.Area.Trees, root.Area.Trees.NextName(layer.Value));
        try
        {
            var plan = new TreePlan(layer, below, below?.Maps ?? IdMaps.None);
            var tree = driver.Stage(place, plan, CancellationToken.None);
            driver.BeginBatch().Attach(tree, keepRoot: false);
            trash.AddRange(tree.Show());
            driver.RemoveMark(layer);
        }
        catch
        {
            place.Remove(root.Disk);
            throw;
        }
        return trash;
    }

    /// <summary>Deletes a layer for the driver, whatever the index says of it.</summary>
    /// <returns>What is to be removed when the lock is gone.</returns>
    /// <exception cref="StorageException">NotFound.</exception>
    public static IReadOnlyList<Trash> Delete(LayerRoot root, LayerId layer) => IsOurs(root, layer)
        ? root.Driver.Discard(layer, root.Area)
        : throw new StorageException(StorageErrorKind.NotFound, "layer not known");

    private static TreeParent Parent(LayerRoot root, LayerId parent) => root.Driver.Places.Find(parent) is not null
        ? new TreeParent(parent, root.Find(parent)?.IdMaps ?? IdMaps.None)
        : throw new StorageException(
            StorageErrorKind.ParentUnknown, $"Stat {root.Driver.ContentPath(parent)}: no such file or directory");

    private static bool IsOurs(LayerRoot root, LayerId layer) => root.Driver.Places.FindWritable(layer) is not null;
}
