// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Staging;

/// <summary>The layers of a container, complete and invisible.</summary>
/// <param name="MappedCopy">Of the image's top layer; null when that one fits as it is.</param>
/// <param name="Layer">The container's own; null when only the copy is wanted.</param>
internal sealed record StagedContainer(LayerWrite.Commit? MappedCopy, LayerWrite.Commit? Layer) : ILocalMessage;

/// <summary>Makes the layers of a container where nobody sees them, while no lock is held.</summary>
internal static class ContainerStaging
{
    /// <exception cref="StorageException">What the disk says; nothing is left behind.</exception>
    public static StagedContainer Run(
        StagingWork work, TopLayerRequest wanted, ContainerLayerChoice choice, CancellationToken cancellation)
    {
        var copy = choice is { CopyMaps: { } copyMaps, Base: { } template }
            ? work.StageMappedCopy(template, copyMaps, cancellation)
            : null;
        if (wanted.Container is not { } container) return new StagedContainer(copy, null);
        try
        {
            var parent = copy?.Layer.Id ?? choice.Base?.Id;
            var layer = new NewLayer
            {
                Id = container.Layer ?? LayerId.Random(),
                Parent = parent?.Value,
                MountLabel = container.MountLabel,
                Maps = new WantedMaps(choice.LayerMaps.Users, choice.LayerMaps.Groups),
                Volatile = container.Volatile || work.Settings.Paths.Transient,
            };
            return new StagedContainer(copy, work.StageEmpty(layer, choice.Base, copy, cancellation));
        }
        catch
        {
            if (copy is not null) work.Discard(copy.Staged);
            throw;
        }
    }
}
