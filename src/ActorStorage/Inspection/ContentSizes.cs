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
    public static long OfImage(StagingWork work, string id, StoreRecords records, CancellationToken cancellation)
    {
        var image = records.Images.FirstOrDefault(each => each.Id.Value == id)
            ?? throw new StorageException(
                StorageErrorKind.NotFound, $"locating image with ID {Quoted.Text(id)}: image not known");
        var layers = LayersOf(records);
        var seen = new HashSet<LayerId>();
        var sizeBytes = image.BigData.SizeBytes;
        foreach (var top in image.Layers)
        {
            for (LayerId? at = top; at is { } next && seen.Add(next);)
            {
                var layer = Require(layers, next);
                sizeBytes += OfLayer(work, layers, layer, cancellation);
                at = layer.Parent;
            }
        }
        return sizeBytes;
    }

    /// <summary>The container's own layer, its data, and what lies in the directories its owner asked for.</summary>
    /// <exception cref="StorageException">NotFound: the container, or its layer.</exception>
    public static long OfContainer(StagingWork work, string id, StoreRecords records, CancellationToken cancellation)
    {
        var container = records.Containers.FirstOrDefault(each => each.Id.Value == id)
            ?? throw new StorageException(StorageErrorKind.NotFound, "container not known");
        var layers = LayersOf(records);
        var sizeBytes = container.BigData.SizeBytes;
        if (container.Layer is { } own)
            sizeBytes += Measure(work, layers, Require(layers, own), cancellation);
        var paths = work.Settings.Paths;
        foreach (var store in (string[])[paths.Containers, paths.ContainersRun])
        {
            using var data = UserDataDirectory.TryOpen(work.Disk, store, id);
            if (data is not null) sizeBytes += TreeSize.Bytes(work.Disk, data);
        }
        return sizeBytes;
    }

    private static Dictionary<LayerId, LayerRecord> LayersOf(StoreRecords records) =>
        records.Layers.DistinctBy(layer => layer.Id).ToDictionary(layer => layer.Id);

    private static LayerRecord Require(Dictionary<LayerId, LayerRecord> layers, LayerId id) =>
        layers.GetValueOrDefault(id) ?? throw new StorageException(
            StorageErrorKind.NotFound, $"locating layer with ID {Quoted.Text(id.Value)}: layer not known");

    private static long OfLayer(
        StagingWork work, Dictionary<LayerId, LayerRecord> layers, LayerRecord layer, CancellationToken cancellation) =>
        layer is { DiffDigest: not null, DiffSizeBytes: >= 0 }
            ? layer.DiffSizeBytes
            : Measure(work, layers, layer, cancellation);

    private static long Measure(
        StagingWork work, Dictionary<LayerId, LayerRecord> layers, LayerRecord layer, CancellationToken cancellation)
    {
        var parent = layer.Parent is { } id ? Require(layers, id) : null;
        using var comparison = new LayerComparison(work.Disk, work.Driver, work.Area, layer, parent);
        return comparison.SizeBytes(cancellation);
    }
}
