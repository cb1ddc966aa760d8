// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>
/// All homes in which the layers of one root may lie, in the order in which they are looked for: the graph root's, the
/// image store's, those of the additional stores. Thread safe.
/// </summary>
public sealed class LayerPlaces : IDisposable
{
    private readonly Lock _opening = new();
    private readonly IDisk _disk;
    private readonly Func<string, DirectoryHandle> _open;
    private readonly Func<LayerId, string> _pathInHome;
    private readonly IReadOnlyList<string> _readOnlyPaths;
    private readonly LayerPlace?[] _readOnly;

    /// <param name="open">How a home is opened, by its absolute path.</param>
    /// <param name="pathInHome">As <see cref="ILayerDriver.PathInHome"/>.</param>
    public LayerPlaces(
        IDisk disk, StoragePaths paths, Func<string, DirectoryHandle> open, Func<LayerId, string> pathInHome)
    {
        (_disk, _open, _pathInHome) = (disk, open, pathInHome);
        GraphRoot = new LayerPlace(open(paths.DriverHome), LayerPlaceKind.GraphRoot);
        ImageStore = paths.ImageStoreHome is { } imageStore
            ? new LayerPlace(open(imageStore), LayerPlaceKind.ImageStore)
            : null;
        _readOnlyPaths = [.. paths.ReadOnlyStores.Select(store => store.DriverHome)];
        _readOnly = new LayerPlace?[_readOnlyPaths.Count];
    }

    public LayerPlace GraphRoot { get; }

    /// <summary>Null unless the store is split.</summary>
    public LayerPlace? ImageStore { get; }

    public IReadOnlyList<LayerPlace> Writable => ImageStore is null ? [GraphRoot] : [GraphRoot, ImageStore];

    /// <summary>Also those of additional stores, as far as they are there by now.</summary>
    public IEnumerable<LayerPlace> All => Writable.Concat(Enumerable.Range(0, _readOnly.Length).Select(ReadOnly)
        .OfType<LayerPlace>());

    /// <summary>Where a new layer goes.</summary>
    public LayerPlace For(TreePlan plan) => plan.InImageStore && ImageStore is { } imageStore ? imageStore : GraphRoot;

    /// <summary>The first place with a directory for the layer; null when there is none.</summary>
    public LayerPlace? Find(LayerId layer) => All.FirstOrDefault(place => Has(place, layer));

    /// <summary>The same, among those whose layers may be changed.</summary>
    public LayerPlace? FindWritable(LayerId layer) => Writable.FirstOrDefault(place => Has(place, layer));

    public void Dispose()
    {
        lock (_opening)
        {
            foreach (var place in Writable) place.Directory.Dispose();
            foreach (var place in _readOnly) place?.Directory.Dispose();
        }
    }

    private bool Has(LayerPlace place, LayerId layer) =>
        layer.IsDirectoryName && _disk.Status(place.Directory, _pathInHome(layer)) is not null;

    /// <summary>Another root may get its first layer, and with it a home, while this one is open.</summary>
    private LayerPlace? ReadOnly(int number)
    {
        lock (_opening)
        {
            if (_readOnly[number] is { } known) return known;
            try
            {
                return _readOnly[number] = new LayerPlace(_open(_readOnlyPaths[number]), LayerPlaceKind.ReadOnly);
            }
            catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
            {
                return null;
            }
        }
    }
}
