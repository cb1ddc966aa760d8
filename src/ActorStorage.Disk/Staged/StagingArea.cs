// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// The temp directories of one engine, made when they are first needed and held until it ends: trees beside the
/// visible layers (the driver's home is a mount of its own, and rename cannot leave it), tar-split files and data
/// beside the index. What lies in them when the engine dies is removed by the next process that opens the store, ours
/// or not.
/// </summary>
public sealed class StagingArea : IDisposable
{
    private readonly Lock _making = new();
    private readonly IDisk _disk;
    private readonly StoragePaths _paths;
    private TempDirectory? _trees;
    private TempDirectory? _imageStoreTrees;
    private TempDirectory? _files;
    private bool _disposed;

    public StagingArea(IDisk disk, StoragePaths paths) => (_disk, _paths) = (disk, paths);

    public TempDirectory Trees => Get(ref _trees, _paths.DriverTemp);

    /// <summary>For trees of the image store of a split store; those of a store in one place are the same.</summary>
    public TempDirectory ImageStoreTrees => _paths.ImageStoreTemp is { } root ? Get(ref _imageStoreTrees, root) : Trees;

    public bool HasImageStore => _paths.IsSplit;

    /// <summary>For trees of a place that is not only read.</summary>
    public TempDirectory TreesOf(LayerPlace place) =>
        place.Kind == LayerPlaceKind.ImageStore ? ImageStoreTrees : Trees;

    public TempDirectory Files => Get(ref _files, _paths.LayersTemp);

    /// <summary>Removes them with everything in them.</summary>
    public void Dispose()
    {
        lock (_making)
        {
            _disposed = true;
            _trees?.Dispose();
            _imageStoreTrees?.Dispose();
            _files?.Dispose();
        }
    }

    private TempDirectory Get(ref TempDirectory? directory, string root)
    {
        lock (_making)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return directory ??= TempDirectory.Create(_disk, root);
        }
    }
}
