// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Upkeep;

/// <summary>What is wrong with images and containers, what is wrong with their layers included.</summary>
internal sealed class OwnerCheck(CheckJob job, LayerCheck layers)
{
    private readonly HashSet<ImageId> _images = [];

    internal CheckFindings Images { get; } = new("image");

    internal CheckFindings ReadOnlyImages { get; } = new("read-only image");

    internal CheckFindings Containers { get; } = new("container");

    /// <summary>Everything that an image or a container stands on.</summary>
    internal HashSet<LayerId> LayersNeeded { get; } = [];

    internal void Run()
    {
        string[] own = job.Paths.IsSplit ? [job.Paths.Images, job.Paths.GraphRootImages] : [job.Paths.Images];
        string[] others = [.. job.Paths.ReadOnlyStores.Select(store => store.Images)];
        foreach (var image in job.Records.Images)
        {
            if (image.IsReadOnly) Check(image, others, ReadOnlyImages);
            else Check(image, own, Images);
        }
        foreach (var container in job.Records.Containers) Check(container);
    }

    private void Check(ImageRecord image, IReadOnlyList<string> directories, CheckFindings findings)
    {
        if (!_images.Add(image.Id)) return;
        job.Cancellation.ThrowIfCancellationRequested();
        var id = image.Id.Value;
        new DataCheck(job, "image", findings).Run(
            directories, id, image.BigData.Names, key => image.BigData.SizeOf(key) ?? 0);
        foreach (var top in image.Layers.Distinct())
        {
            foreach (var layer in Chain(top))
            {
                LayersNeeded.Add(layer);
                if (layers.Find(layer) is null) findings.Add(id, $"layer {layer}: image layer is missing");
                findings.Repeat(id, layers.Findings.Of(layer.Value));
                findings.Repeat(id, layers.ReadOnlyFindings.Of(layer.Value));
            }
        }
    }

    private void Check(ContainerRecord container)
    {
        job.Cancellation.ThrowIfCancellationRequested();
        var id = container.Id.Value;
        new DataCheck(job, "container", Containers).Run(
            [job.Paths.Containers], id, container.BigData.Names, key => container.BigData.SizeOf(key) ?? 0);
        if (container.Image is { } image)
        {
            if (!_images.Contains(image)) Containers.Repeat(id, [$"image {image}: image missing"]);
            Containers.Repeat(id, Images.Of(image.Value));
            Containers.Repeat(id, ReadOnlyImages.Of(image.Value));
        }
        if (container.Layer is { } own) LayersNeeded.UnionWith(Chain(own));
    }

    /// <summary>The layer and those below it, the first that is missing included.</summary>
    private IEnumerable<LayerId> Chain(LayerId top)
    {
        var seen = new HashSet<LayerId>();
        for (LayerId? at = top; at is { } layer && seen.Add(layer); at = layers.Find(layer)?.Parent)
            yield return layer;
    }
}
