// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Disk;

/// <summary>
/// Lets equal files of layers share their blocks, where the file system can. Nobody sees a difference but in what is
/// free: the kernel compares the bytes and shares them in one step.
/// </summary>
public static class Deduplication
{
    /// <summary>Takes no lock. Layers that are deleted meanwhile are passed over.</summary>
    /// <param name="records">All layers that an image needs are looked at, except those of additional stores.</param>
    /// <returns>Bytes that are shared with an equal file, whether since now or before; 0 where the file system cannot
    /// share.</returns>
    public static long Run(
        IDisk disk, ILayerDriver driver, StoreRecords records, DedupHash method, CancellationToken cancellation)
    {
        var files = new EqualFiles(disk, method, cancellation);
        foreach (var layer in LayersOfImages(records))
        {
            foreach (var directory in ContentOf(driver, layer)) files.Add(directory);
        }
        var sharedBytes = 0L;
        foreach (var equal in files.Find())
        {
            if (BlockSharing.Run(disk, equal, cancellation) is not { } bytes) break;
            sharedBytes += bytes;
        }
        return sharedBytes;
    }

    private static IEnumerable<LayerId> LayersOfImages(StoreRecords records)
    {
        var layers = records.Layers.DistinctBy(layer => layer.Id).ToDictionary(layer => layer.Id);
        var seen = new HashSet<LayerId>();
        foreach (var top in records.Images.SelectMany(image => image.Layers))
        {
            for (LayerId? at = top; at is { } id && layers.TryGetValue(id, out var layer) && seen.Add(id);)
            {
                if (!layer.IsReadOnly) yield return id;
                at = layer.Parent;
            }
        }
    }

    private static IReadOnlyList<string> ContentOf(ILayerDriver driver, LayerId layer)
    {
        try
        {
            return driver.Content(layer).Own;
        }
        catch (StorageException)
        {
            // Deleted by now, or damaged: that is for others to say.
            return [];
        }
    }
}
