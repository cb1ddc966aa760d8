// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk;

/// <summary>What layers take up on disk.</summary>
/// <param name="Layers">Bytes of each recorded layer of the store.</param>
/// <param name="Orphans">Bytes of each directory of a layer that no record names.</param>
public sealed record LayerDiskUse(
    ImmutableDictionary<LayerId, long> Layers, ImmutableDictionary<LayerId, long> Orphans)
{
    public long LayersBytes => Layers.Values.Sum();
    public long OrphansBytes => Orphans.Values.Sum();
}

/// <summary>
/// Remembers what each layer takes up on disk: the blocks that the file system has allocated for its directory and all
/// below it, and for its tar-split file. Shared extents count as often as they are shared. Told of a layer when it is
/// made; what others have made is measured once, when it is first asked for. Thread safe.
/// </summary>
public sealed class LayerSizes(IDisk disk, ILayerDriver driver, StoragePaths paths)
{
    private readonly ConcurrentDictionary<(LayerId Layer, ulong Inode), long> _known = [];

    /// <summary>A layer that was just staged and lies at its place, complete.</summary>
    public void Remember(StagedLayer staged)
    {
        if (staged.DiskBytes is not { } bytes) return;
        if (disk.Status(staged.Tree.In.Directory, staged.Tree.Name) is { } status)
            _known[(staged.Id, status.Inode)] = bytes;
    }

    /// <summary>Its files have changed.</summary>
    public void Forget(LayerId layer)
    {
        foreach (var key in _known.Keys.Where(key => key.Layer == layer)) _known.TryRemove(key, out _);
    }

    /// <summary>
    /// From memory but for one look at each layer's directory, and for what is not known yet. Needs no lock: what is
    /// deleted meanwhile is not counted.
    /// </summary>
    /// <param name="layers">The records of the store.</param>
    /// <param name="changing">Layers that are written to, and so measured each time.</param>
    public LayerDiskUse Measure(
        IEnumerable<LayerRecord> layers, IReadOnlySet<LayerId> changing, CancellationToken cancellation)
    {
        var recorded = layers.Where(layer => !layer.IsReadOnly).Select(layer => layer.Id).ToHashSet();
        var uses = ImmutableDictionary.CreateBuilder<LayerId, long>();
        var orphans = ImmutableDictionary.CreateBuilder<LayerId, long>();
        var found = new HashSet<(LayerId, ulong)>();
        foreach (var place in driver.Places.Writable)
        {
            foreach (var layer in recorded.Union(driver.List().Where(layer => layer.IsDirectoryName)))
            {
                cancellation.ThrowIfCancellationRequested();
                var at = driver.PathInHome(layer);
                if (disk.Status(place.Directory, at) is not { IsDirectory: true } status) continue;
                found.Add((layer, status.Inode));
                var bytes = changing.Contains(layer)
                    ? _known[(layer, status.Inode)] = Allocated(place.Directory, at, layer)
                    : _known.GetOrAdd((layer, status.Inode), _ => Allocated(place.Directory, at, layer));
                var sums = recorded.Contains(layer) ? uses : orphans;
                sums[layer] = sums.GetValueOrDefault(layer) + bytes;
            }
        }
        // What has been deleted is not remembered for ever. What is being staged is measured when it is there.
        foreach (var gone in _known.Keys.Where(key => !found.Contains(key))) _known.TryRemove(gone, out _);
        return new LayerDiskUse(uses.ToImmutable(), orphans.ToImmutable());
    }

    /// <summary>All directories of layers, recorded or not. Asks as little as <see cref="Measure"/>.</summary>
    public long TotalBytes(CancellationToken cancellation) =>
        Measure([], ImmutableHashSet<LayerId>.Empty, cancellation).OrphansBytes;

    private long Allocated(DirectoryHandle home, string path, LayerId layer)
    {
        try
        {
            using var top = disk.OpenBelow(home, path);
            return TreeUse.AllocatedBytes(disk, top) + TarSplitBytes(layer);
        }
        catch (StorageException gone) when (gone.GetErrno() is Errno.ENOENT or Errno.ENOTDIR)
        {
            return 0;
        }
    }

    private long TarSplitBytes(LayerId layer)
    {
        using var directory = disk.OpenDirectory(paths.Layers);
        return disk.Status(directory, layer.TarSplitName)?.AllocatedBytes ?? 0;
    }
}
