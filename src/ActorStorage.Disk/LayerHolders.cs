// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Why a layer must stay.</summary>
public enum LayerHolderKind
{
    /// <summary>Another layer is built on it.</summary>
    Layer,
    /// <summary>It is the top layer of an image, or a copy of that with other id maps.</summary>
    Image,
    /// <summary>A container works on it.</summary>
    Container,
    /// <summary>It is mounted.</summary>
    Mount,
    /// <summary>Somebody has been promised that it stays.</summary>
    Lease,
    /// <summary>It lies in an additional store, which is not ours to change.</summary>
    OtherStore,
}

/// <summary>One thing that holds a layer.</summary>
/// <param name="Holder">The id of the layer, image or container; the mount point; who has the lease; the root of the
/// other store.</param>
public sealed record LayerHolder(LayerHolderKind Kind, string Holder);

/// <summary>What holds each layer, as far as the records of all stores, the mounts and the leases tell.</summary>
public sealed class LayerHolders
{
    private readonly ILookup<LayerId, LayerHolder> _holders;
    private readonly Func<LayerId, string?> _leasedBy;

    public LayerHolders(StoreRecords records, IEnumerable<MountPoint> mounts, LayerUse use)
    {
        var children = records.Layers.Where(layer => layer.Parent is not null)
            .Select(layer => (Held: layer.Parent!.Value, By: new LayerHolder(LayerHolderKind.Layer, layer.Id.Value)));
        var images = records.Images.SelectMany(image => image.Layers.Select(
            layer => (Held: layer, By: new LayerHolder(LayerHolderKind.Image, image.Id.Value))));
        var containers = records.Containers.Where(container => container.Layer is not null)
            .Select(container => (
                Held: container.Layer!.Value, By: new LayerHolder(LayerHolderKind.Container, container.Id.Value)));
        var mounted = mounts.Where(mount => mount.Count > 0)
            .Select(mount => (Held: mount.Layer, By: new LayerHolder(LayerHolderKind.Mount, mount.Path)));
        var foreign = records.Layers.Where(layer => layer.IsReadOnly).Select(
            layer => (Held: layer.Id, By: new LayerHolder(LayerHolderKind.OtherStore, layer.ReadOnlyStore!)));
        var keeping = records.Layers.Where(LayerUse.IsRecord)
            .Select(layer => (Held: layer.Id, By: new LayerHolder(LayerHolderKind.Lease, layer.Names[0])));
        _holders = children.Concat(images).Concat(containers).Concat(mounted).Concat(foreign).Concat(keeping).Distinct()
            .ToLookup(each => each.Held, each => each.By);
        _leasedBy = use.LeasedBy;
    }

    /// <summary>Everything that must go before the layer may go; empty when nothing is in the way.</summary>
    public ImmutableArray<LayerHolder> Of(LayerId layer) => _leasedBy(layer) is { } lease
        ? [.. _holders[layer], new LayerHolder(LayerHolderKind.Lease, lease)]
        : [.. _holders[layer]];
}
