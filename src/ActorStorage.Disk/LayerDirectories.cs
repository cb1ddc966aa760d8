// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>Open: where the documents of one root's layer store lie, and what belongs to them.</summary>
/// <param name="Stable">In the graph root: layers.json, tar-split files, big data.</param>
/// <param name="Run">In the run root: mountpoints.json.</param>
/// <param name="ImageStore">That of the second layers.json; null unless the store is split.</param>
internal sealed record LayerDirectories(DirectoryHandle Stable, DirectoryHandle Run, DirectoryHandle? ImageStore)
    : IDisposable
{
    public static LayerDirectories Open(IDisk disk, StoragePaths paths) => new(
        disk.OpenDirectory(paths.Layers),
        disk.OpenDirectory(paths.LayersRun),
        paths.ImageStoreLayers is { } imageStore ? disk.OpenDirectory(imageStore) : null);

    public LayerIndexFile Documents(IDisk disk, StoragePaths paths) =>
        new(disk, Stable, paths.Transient ? Run : Stable, ImageStore);

    public void Sync(IDisk disk)
    {
        disk.Sync(Stable);
        if (ImageStore is not null) disk.Sync(ImageStore);
    }

    public void Dispose()
    {
        Stable.Dispose();
        Run.Dispose();
        ImageStore?.Dispose();
    }
}
