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
/// made; what others have made is measured once, when it is first asked for, and remembered from one start to the next.
/// Thread safe.
/// </summary>
public sealed class LayerSizes(IDisk disk, ILayerDriver driver, StoragePaths paths, TimeProvider time)
{
    // Times of modification are coarser than the clock: a list is good only if the directory is older by this.
    private static readonly TimeSpan TimeStep = TimeSpan.FromSeconds(1);

    // One of so many layers was measured by a walk: that is worth writing it down at once.
    private const int WalksKeptFrom = 16;
    private readonly string _listed = Path.GetDirectoryName(driver.PathInHome(new LayerId("any")))!;
    private readonly Directories?[] _directories = new Directories?[driver.Places.Writable.Count];
    private readonly SavedSizes _file = new(disk, paths.GraphRoot);
    private readonly ConcurrentDictionary<LayerId, LayerSize> _known = [];
    private readonly Lock _saving = new();
    private volatile IReadOnlyDictionary<LayerId, LayerSize>? _saved;
    private volatile bool _isUnsaved;
    private int _walks;

    /// <summary>A layer that was staged, complete.</summary>
    public void Remember(StagedLayer staged)
    {
        if (staged.DiskBytes is { } bytes) _known[staged.Id] = new LayerSize(null, null, bytes);
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
        _ = Saved;      // somebody asks: what is known at the end is written down
        var uses = new Dictionary<LayerId, long>(layers.Count);
        foreach (var layer in layers)
        {
            if (layer.IsReadOnly) continue;
            cancellation.ThrowIfCancellationRequested();
            uses[layer.Id] = changing.Contains(layer.Id) ? MeasureChanging(layer.Id) : BytesOf(layer);
        }
        var orphans = new Dictionary<LayerId, long>();
        foreach (var layer in List())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!uses.ContainsKey(layer)) orphans[layer] = BytesOf(layer);
        }
        Prune(uses, orphans);
        // Rarely: what is made here is written down at the end.
        if (_walks > uses.Count / WalksKeptFrom) Save();
        return new LayerDiskUse(uses, orphans);
    }

    /// <summary>Writes down what is known, if anybody has ever asked: the next start begins with it.</summary>
    public void Save()
    {
        lock (_saving)
        {
            if (_saved is null || !_isUnsaved) return;
            _isUnsaved = false;
            _walks = 0;
            _file.Save(_known);
        }
    }

    /// <summary>All directories of layers, recorded or not.</summary>
    public long TotalBytes() => List().Sum(BytesOf);

    private long BytesOf(LayerRecord layer)
    {
        if (_known.TryGetValue(layer.Id, out var known) && ReferenceEquals(known.Seen, layer)) return known.Bytes;
        var record = LayerSize.Of(layer);
        if (known?.Record == record)
        {
            _known[layer.Id] = known with { Seen = layer };
            return known.Bytes;
        }
        // Before it is measured: what happens meanwhile shows later.
        var touchedAt = driver.TouchedAt(layer.Id);
        var bytes = known is { Record: null, Bytes: > 0 } ? known.Bytes
            : SavedOf(layer.Id, touchedAt) is { } saved && saved.Record == record ? saved.Bytes
            : Walked(layer.Id);
        _known[layer.Id] = new LayerSize(record, touchedAt, bytes) { Seen = layer };
        if (touchedAt is not null) _isUnsaved = true;
        return bytes;
    }

    private long BytesOf(LayerId layer)
    {
        if (_known.TryGetValue(layer, out var known)) return known.Bytes;
        var touchedAt = driver.TouchedAt(layer);
        return _known.GetOrAdd(
            layer, _ => SavedOf(layer, touchedAt) ?? new LayerSize(null, touchedAt, Walked(layer))).Bytes;
    }

    /// <summary>What was written down of it, if nothing has happened to it since.</summary>
    private LayerSize? SavedOf(LayerId layer, FileTime? touchedAt)
    {
        if (touchedAt is null) return null;
        return Saved.TryGetValue(layer, out var saved) && saved.TouchedAt == touchedAt ? saved : null;
    }

    private IReadOnlyDictionary<LayerId, LayerSize> Saved
    {
        get
        {
            if (_saved is { } known) return known;
            lock (_saving) return _saved ??= _file.Load();
        }
    }

    private long Walked(LayerId layer)
    {
        Interlocked.Increment(ref _walks);
        return Allocated(layer);
    }

    /// <summary>Not remembered: what is written between this and the last write would never be seen.</summary>
    private long MeasureChanging(LayerId layer)
    {
        Forget(layer);
        return Allocated(layer);
    }

    /// <summary>Of the graph root and of the image store; one that has a directory in both counts once.</summary>
    private IEnumerable<LayerId> List() => driver.Places.ImageStore is null
        ? List(0)
        : List(0).Concat(List(1)).Distinct();

    private ImmutableArray<LayerId> List(int number)
    {
        var (now, place) = (time.GetUtcNow(), driver.Places.Writable[number]);
        var modifiedAt = disk.Status(place.Directory, _listed.Length == 0 ? "." : _listed)?.ModifiedAt ?? default;
        if (Volatile.Read(ref _directories[number]) is { } known && known.ModifiedAt == modifiedAt) return known.Layers;
        ImmutableArray<LayerId> layers =
            [.. driver.List(place).Where(layer => layer.IsDirectoryName && !layer.IsReserved)];
        // What changes within the same step of the clock would not be seen.
        var isOld = DateTimeOffset.FromUnixTimeSeconds(modifiedAt.Seconds) + 2 * TimeStep < now;
        Volatile.Write(ref _directories[number], isOld ? new Directories(modifiedAt, layers) : null);
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
