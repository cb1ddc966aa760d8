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
    IReadOnlyDictionary<LayerId, long> Layers, IReadOnlyDictionary<LayerId, long> Orphans)
{
    public long LayersBytes { get; } = Layers.Values.Sum();
    public long OrphansBytes { get; } = Orphans.Values.Sum();
}

/// <summary>
/// Remembers what each layer takes up on disk: the blocks that the file system has allocated for its directory and all
/// below it, and for its tar-split file. Shared extents count as often as they are shared. Told of a layer when it is
/// made; what others have made is measured once, when it is first asked for. Thread safe.
/// </summary>
public sealed class LayerSizes(IDisk disk, ILayerDriver driver, StoragePaths paths, TimeProvider time)
{
    // Times of modification are coarser than the clock: a list is good only if the directory is older by this.
    private static readonly TimeSpan TimeStep = TimeSpan.FromSeconds(1);
    private readonly string _listed = Path.GetDirectoryName(driver.PathInHome(new LayerId("any")))!;

    /// <summary>With the time that is in its record: one that was deleted and made again is another. Null while no
    /// record was seen.</summary>
    private readonly ConcurrentDictionary<LayerId, (Timestamp? Created, long Bytes)> _known = [];
    private volatile Directories? _directories;

    /// <summary>A layer that was staged, complete.</summary>
    public void Remember(StagedLayer staged)
    {
        if (staged.DiskBytes is { } bytes) _known[staged.Id] = (null, bytes);
    }

    /// <summary>Its files have changed.</summary>
    public void Forget(LayerId layer) => _known.TryRemove(layer, out _);

    /// <summary>From memory, but for what is not known yet. Needs no lock: a layer that is deleted meanwhile counts as
    /// it was.</summary>
    /// <param name="layers">The records of the store.</param>
    /// <param name="changing">Layers that are written to, and so measured each time.</param>
    public LayerDiskUse Measure(
        IReadOnlyCollection<LayerRecord> layers, IReadOnlySet<LayerId> changing, CancellationToken cancellation)
    {
        var uses = new Dictionary<LayerId, long>(layers.Count);
        foreach (var layer in layers)
        {
            if (layer.IsReadOnly) continue;
            cancellation.ThrowIfCancellationRequested();
            if (changing.Contains(layer.Id)) Forget(layer.Id);
            uses[layer.Id] = BytesOf(layer);
        }
        var orphans = new Dictionary<LayerId, long>();
        foreach (var layer in List())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!uses.ContainsKey(layer)) orphans[layer] = BytesOf(layer);
        }
        Prune(uses, orphans);
        return new LayerDiskUse(uses, orphans);
    }

    /// <summary>All directories of layers, recorded or not.</summary>
    public long TotalBytes() => List().Sum(BytesOf);

    private long BytesOf(LayerRecord layer)
    {
        if (_known.TryGetValue(layer.Id, out var known) && known.Created == layer.Created) return known.Bytes;
        var bytes = known is { Created: null, Bytes: > 0 } ? known.Bytes : Allocated(layer.Id);
        _known[layer.Id] = (layer.Created, bytes);
        return bytes;
    }

    private long BytesOf(LayerId layer) => _known.GetOrAdd(layer, _ => (null, Allocated(layer))).Bytes;

    private ImmutableArray<LayerId> List()
    {
        var now = time.GetUtcNow();
        var modifiedAt = disk.Status(driver.Home, _listed.Length == 0 ? "." : _listed)?.ModifiedAt ?? default;
        if (_directories is { } known && known.ModifiedAt == modifiedAt) return known.Layers;
        ImmutableArray<LayerId> layers = [.. driver.List().Where(layer => layer.IsDirectoryName && !layer.IsReserved)];
        // What changes within the same step of the clock would not be seen.
        var isOld = DateTimeOffset.FromUnixTimeSeconds(modifiedAt.Seconds) + 2 * TimeStep < now;
        _directories = isOld ? new Directories(modifiedAt, layers) : null;
        return layers;
    }

    /// <summary>What has been deleted is not remembered for ever. One that is being staged may be forgotten, and is
    /// measured then.</summary>
    private void Prune(Dictionary<LayerId, long> uses, Dictionary<LayerId, long> orphans)
    {
        if (_known.Count <= 2 * (uses.Count + orphans.Count)) return;
        foreach (var layer in _known.Keys.Where(layer => !uses.ContainsKey(layer) && !orphans.ContainsKey(layer)))
            Forget(layer);
    }

    private long Allocated(LayerId layer) =>
        driver.Places.Writable.Sum(place => Allocated(place.Directory, layer)) + TarSplitBytes(layer);

    private long Allocated(DirectoryHandle home, LayerId layer)
    {
        var path = driver.PathInHome(layer);
        if (disk.Status(home, path) is not { IsDirectory: true }) return 0;
        try
        {
            using var top = disk.OpenBelow(home, path);
            return TreeUse.AllocatedBytes(disk, top);
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

    private sealed record Directories(FileTime ModifiedAt, ImmutableArray<LayerId> Layers);
}
