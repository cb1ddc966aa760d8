// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Which layers go with an image, in an order in which each can be deleted when its turn comes.</summary>
/// <param name="Layers">Mapped copies first, then the top layer and what is below it.</param>
public sealed record ImageDeletionPlan(ImmutableArray<LayerId> Layers)
{
    /// <summary>
    /// A layer goes unless a container works on it, somebody has been promised that it stays, another image has it as
    /// its top layer or as a copy of that, or a layer that stays is built on it; then what is below it stays as well.
    /// Layers of other stores stay.
    /// </summary>
    /// <param name="deleted">The records of one image, one for each store that has it.</param>
    /// <param name="images">All images; whether the deleted one is among them does not matter.</param>
    /// <param name="layers">The layers of the store that may be written.</param>
    public static ImageDeletionPlan Of(
        IReadOnlyList<ImageRecord> deleted, IEnumerable<ImageRecord> images, IEnumerable<ContainerRecord> containers,
        LayerIndex layers, LayerUse use)
    {
        var needed = images.Where(other => deleted.All(image => image.Id != other.Id)).SelectMany(other => other.Layers)
            .Concat(containers.Select(container => container.Layer).OfType<LayerId>())
            .ToHashSet();
        var going = ImmutableArray.CreateBuilder<LayerId>();
        foreach (var copy in deleted.SelectMany(image => image.MappedLayers))
        {
            if (IsFree(copy)) going.Add(copy);
        }
        foreach (var top in deleted.Select(image => image.TopLayer))
        {
            for (var at = top; at is { } layer && IsFree(layer); at = layers.Get(layer).Parent) going.Add(layer);
        }
        return new ImageDeletionPlan(going.ToImmutable());

        bool IsFree(LayerId layer) => layers.Find(layer) is not null && !needed.Contains(layer)
            && !going.Contains(layer) && use.LeasedBy(layer) is null && layers.ChildrenOf(layer).All(going.Contains);
    }

    /// <summary>What keeps an image from being deleted.</summary>
    /// <exception cref="StorageException">InUse, naming a container that was made from it.</exception>
    public static void RefuseUsed(ImageRecord image, IEnumerable<ContainerRecord> containers)
    {
        if (containers.LastOrDefault(container => container.Image == image.Id) is { } user)
        {
            throw new StorageException(
                StorageErrorKind.InUse, $"image used by {user.Id}: image is in use by a container");
        }
    }
}
