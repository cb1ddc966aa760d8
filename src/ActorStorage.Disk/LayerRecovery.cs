// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>
/// Clears what an engine left that was killed between renaming a layer into place and the index write: a directory that
/// carries the mark and that no index names. Directories without the mark are not ours to judge; the collector does.
/// </summary>
public static class LayerRecovery
{
    /// <summary>Looks without a lock; whether there is anything to clear.</summary>
    public static bool IsNeeded(ILayerDriver driver) => driver.Marked().Count > 0;

    /// <summary>Under layers.lock, held exclusively, with a current index.</summary>
    public static IReadOnlyList<Trash> Run(LayerRoot root)
    {
        var (known, unknown) = (new List<LayerId>(), new List<LayerId>());
        foreach (var layer in root.Driver.Marked())
            (root.Index.Find(layer) is null ? unknown : known).Add(layer);
        LayerCommit.RemoveMarks(root, known);
        return [.. unknown.SelectMany(layer => LayerDeletion.Discard(root, layer))];
    }
}
