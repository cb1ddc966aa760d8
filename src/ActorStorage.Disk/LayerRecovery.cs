// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// Clears what an engine left that was killed between renaming a layer into place and the index write: a directory that
/// carries the mark and that no index names. Directories without the mark are not ours to judge; the collector does.
/// </summary>
public static class LayerRecovery
{
    /// <summary>Looks without a lock; whether there is anything to clear.</summary>
    public static bool IsNeeded(IDisk disk, OverlayHome home) => Marked(disk, home).Count > 0;

    /// <summary>Under layers.lock, held exclusively, with a current index.</summary>
    public static IReadOnlyList<Trash> Run(LayerRoot root)
    {
        var (known, unknown) = (new List<LayerId>(), new List<LayerId>());
        foreach (var layer in Marked(root.Disk, root.Home))
            (root.Index.Find(layer) is null ? unknown : known).Add(layer);
        LayerCommit.RemoveMarks(root, known);
        return [.. unknown.SelectMany(layer => LayerDeletion.Discard(root, layer))];
    }

    private static List<LayerId> Marked(IDisk disk, OverlayHome home) =>
    [
        .. disk.List(home.Directory)
            .Where(name => name is not ("l" or "tempdirs" or "staging") && LayerId.Fault(name) is null)
            .Where(name => IsMarked(disk, home, name))
            .Select(name => new LayerId(name)),
    ];

    private static bool IsMarked(IDisk disk, OverlayHome home, string name)
    {
        try
        {
            return disk.Status(home.Directory, $"{name}/{LayerStaging.UncommittedMark}") is not null;
        }
        catch (StorageException notADirectory) when (notADirectory.Error.Errno is 20)
        {
            return false;
        }
    }
}
