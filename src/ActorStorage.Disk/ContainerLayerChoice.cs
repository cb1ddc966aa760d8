// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>On which layer a new container builds.</summary>
/// <param name="Base">
/// The image's top layer or a copy of it whose maps suit; null for a container without an image, or whose image has no
/// layers.
/// </param>
/// <param name="CopyMaps">
/// The maps of a copy of <paramref name="Base"/> that must be made first, entered into the image, and built upon; null
/// when the base is built upon as it is.
/// </param>
/// <param name="LayerMaps">The maps of the container's own layer.</param>
public sealed record ContainerLayerChoice(LayerRecord? Base, IdMaps? CopyMaps, IdMaps LayerMaps)
{
    /// <param name="image">Null for none. Only the first store's images get copies, which are layers of that store:
    /// for others the base is the first layer that there is, whatever its maps.</param>
    /// <param name="stores">The layer stores in their order; the first one is the one that can be written.</param>
    /// <param name="wanted">The container's maps; inherited ones are those of the layer, or of the store.</param>
    /// <param name="storeMaps">What the store gives to layers that nobody asks maps for.</param>
    /// <param name="canShift">Whether the driver maps owners when it mounts.</param>
    /// <exception cref="StorageException">NotFound: no store has the image's layer.</exception>
    public static ContainerLayerChoice Of(
        ImageRecord? image, IReadOnlyList<LayerIndex> stores, WantedMaps wanted, IdMaps storeMaps,
        bool canShift)
    {
        if (image?.TopLayer is null) return new(null, null, Own(wanted, storeMaps, canShift));
        var found = stores
            .SelectMany(store => image.Layers.Select(store.Find).OfType<LayerRecord>()
                .Where(layer => HasParent(stores, layer))
                .Select(layer => (Layer: layer, IsWritable: ReferenceEquals(store, stores[0]))))
            .ToList();
        if (found.Count == 0) throw new StorageException(StorageErrorKind.NotFound, "layer not known");

        var asked = wanted.Resolve(IdMaps.None);
        if (found.Find(each => Suits(each.Layer.IdMaps, asked, canShift)).Layer is { } suiting)
            return new(suiting, null, Own(wanted, suiting.IdMaps, canShift));
        var (first, isWritable) = found[0];
        if (image.Store != ImageStoreKind.First || !isWritable)
            return new(first, null, Own(wanted, first.IdMaps, canShift));
        var copyMaps = canShift ? IdMaps.None : asked;
        return new(first, copyMaps, Own(wanted, copyMaps, canShift));
    }

    private static bool Suits(IdMaps maps, IdMaps asked, bool canShift) =>
        maps.Equals(asked) || (canShift && maps.IsEmpty);

    private static bool HasParent(IReadOnlyList<LayerIndex> stores, LayerRecord layer) =>
        layer.Parent is not { } parent || stores.Any(store => store.Find(parent) is not null);

    /// <summary>Where owners are mapped when they are mounted, layers have no maps of their own.</summary>
    private static IdMaps Own(WantedMaps wanted, IdMaps inherited, bool canShift) =>
        canShift ? IdMaps.None : wanted.Resolve(inherited);
}
