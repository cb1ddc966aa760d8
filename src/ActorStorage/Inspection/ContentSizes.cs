// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Staging;

namespace ActorStorage.Inspection;

/// <summary>What images and containers take up, as scripts are used to hear it.</summary>
internal static class ContentSizes
{
    /// <summary>All layers that are reached from the top layer and its copies, each once, and the data.</summary>
    /// <exception cref="StorageException">NotFound: the image, or a layer of it.</exception>
    public static long OfImage(StagingWork work, string id, StoreRecords records)
    {
        var image = records.Images.First(each => each.Id.Value == id);
        var layers = records.Layers.DistinctBy(layer => layer.Id).ToDictionary(layer => layer.Id);
        var seen = new HashSet<LayerId>();
        var sizeBytes = image.BigData.SizeBytes;
        foreach (var top in image.Layers)
        {
            for (LayerId? at = top; at is { } next && seen.Add(next);)
            {
                if (!layers.TryGetValue(next, out var layer))
                {
                    throw new StorageException(
                        StorageErrorKind.NotFound,
                        $"locating layer with ID {Quoted.Text(next.Value)}: layer not known");
                }
                sizeBytes += OfLayer(work, layer);
                at = layer.Parent;
            }
        }
        return sizeBytes;
    }

    /// <summary>The container's own layer, its data and both its directories, which are made if they are
    /// missing.</summary>
    public static long OfContainer(StagingWork work, string id, StoreRecords records)
    {
        var container = records.Containers.First(each => each.Id.Value == id);
        var layer = records.Layers.FirstOrDefault(each => each.Id == container.Layer)
            ?? throw new StorageException(StorageErrorKind.NotFound, "layer not known");
        var sizeBytes = 0L + container.BigData.SizeBytes;
        return sizeBytes;
    }

    private static long OfLayer(StagingWork work, LayerRecord layer) =>
        layer is { DiffDigest: not null, DiffSizeBytes: >= 0 } ? layer.DiffSizeBytes : 0L;
}
