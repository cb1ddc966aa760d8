// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// Takes layers out of sight. First the index marks them incomplete: from then on any process that loads the store,
/// ours or not, finishes the job. Then their directories are renamed into the trash, then the index forgets them. The
/// trees are removed after the lock is gone.
/// </summary>
public static class LayerDeletion
{
    /// <summary>Under layers.lock, held exclusively, with a current index.</summary>
    /// <param name="layers">In an order in which each is deletable when its turn comes: children before
    /// parents.</param>
    /// <returns>What is to be removed when the lock is gone.</returns>
    public static IReadOnlyList<Trash> Run(
        LayerRoot root, FileLock layersLock, IReadOnlyList<LayerId> layers, TimeSpan mountLockWaitMax)
    {
        foreach (var layer in layers) LayerDecision.RefuseReserved(layer);
        LayerMounts.ReleaseAll(root, layers, mountLockWaitMax);
        var marked = root.Index;
        foreach (var layer in layers)
        {
            var record = marked.Get(layer);
            marked = marked.Replace(record with { Flags = record.Flags.With(RecordFlags.Incomplete, true) });
        }
        Save(root, layersLock, marked);
        try
        {
            return Finish(root, layersLock, layers);
        }
        catch
        {
            // Half deleted layers must not be found or built upon: whoever loads the index next finishes the job.
            root.Forget();
            throw;
        }
    }

    /// <summary>The second half, also for what others began: the records are marked, or their names were
    /// repaired.</summary>
    /// <param name="forgetAnyway">Whether the index forgets also layers whose files cannot go: what stays is what
    /// collectors look for, and the other layers are not kept from everybody.</param>
    internal static IReadOnlyList<Trash> Finish(
        LayerRoot root, FileLock layersLock, IReadOnlyList<LayerId> incomplete, bool forgetAnyway = false)
    {
        var trash = new List<Trash>();
        ExceptionDispatchInfo? failure = null;
        var index = root.Index;
        foreach (var layer in incomplete)
        {
            try
            {
                trash.AddRange(DiscardMakingRoom(root, layer));
                index = index.Remove(layer);
            }
            catch (StorageException refused)
            {
                // One that cannot go must not keep the others: what is done is saved before anybody is told.
                if (forgetAnyway) index = index.Remove(layer);
                else failure ??= ExceptionDispatchInfo.Capture(refused);
            }
        }
        Save(root, layersLock, index);
        failure?.Throw();
        return trash;
    }

    private static void Save(LayerRoot root, FileLock layersLock, LayerIndex index)
    {
        using var prepared = root.Prepare(index);
        if (!prepared.IsEmpty) root.Publish(layersLock, index, prepared);
    }

    /// <summary>The trash has directories of its own, which a full disk has no room for.</summary>
    private static IEnumerable<Trash> DiscardMakingRoom(LayerRoot root, LayerId layer)
    {
        try
        {
            return Discard(root, layer);
        }
        catch (StorageException full) when (full.Kind == StorageErrorKind.NoSpace)
        {
            if (!root.GiveUpRoom()) throw;
            return Discard(root, layer);
        }
    }

    /// <summary>Renames everything of a layer into the trash; what is missing is missing.</summary>
    internal static IEnumerable<Trash> Discard(LayerRoot root, LayerId layer)
    {
        // What lies under such a name is not the layer's, whoever recorded it; or nothing can lie there.
        if (layer.IsReserved || !layer.IsDirectoryName) return [];
        var trash = new List<Trash>(root.Driver.Discard(layer, root.Area));
        foreach (var name in (string[])[layer.TarSplitName, layer.Value])
        {
            if (root.Disk.Status(root.Directory, name) is null) continue;
            var file = new Trash(root.Area.Files, root.Area.Files.NextName(name));
            root.Disk.Rename(root.Directory, name, file.In.Directory, file.Name);
            trash.Add(file);
        }
        return trash;
    }
}
