// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Trees;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Vfs;

/// <summary>
/// Each layer is a whole tree, <c>vfs/dir/ID</c>: nothing is mounted, and everything is copied. The copy of the parent
/// is made, and the archive unpacked into it, where nobody sees it and while no lock is held.
/// </summary>
public sealed class VfsDriver : ILayerDriver
{
    // An attribute that no diff shows: a file would be part of the layer.
    private const string UncommittedMark = "trusted.actor-storage.uncommitted";
    private const string Trees = "dir";
    private const uint RootMode = 0x16d;        // 0555
    private const uint PrivateMode = 0x1c0;     // 0700
    private readonly IDisk _disk;
    private readonly StoragePaths _paths;

    private VfsDriver(IDisk disk, StoragePaths paths, VfsOptions options)
    {
        (_disk, _paths, Options) = (disk, paths, options);
        Places = new LayerPlaces(disk, paths, disk.OpenDirectory, PathInHome);
    }

    public string Name => _paths.Driver;

    public DirectoryHandle Home => Places.GraphRoot.Directory;

    public LayerPlaces Places { get; }

    public DriverOptions Options { get; }

    public bool CopiesParent => true;

    public bool KeepsChangesApart => false;

    /// <summary>As <see cref="LayerDriver.Open"/>.</summary>
    public static VfsDriver Open(IDisk disk, StoragePaths paths, VfsOptions options, Action? recover = null)
    {
        StoreLayout.Create(disk, paths);
        foreach (var store in (string?[])[paths.GraphRoot, paths.ImageStore])
        {
            if (store is null) continue;
            using var at = disk.OpenDirectory(store);
            StoreLayout.MakeDirectory(disk, at, paths.Driver, PrivateMode);
            StoreLayout.MakeDirectory(disk, at, $"{paths.Driver}/{Trees}", PrivateMode);
        }
        recover?.Invoke();
        return new VfsDriver(disk, paths, options);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Status(string fileSystem) => [];

    public void EnsureHomeMounted()
    {
        // There is nothing to mount.
    }

    public void UnmountHome()
    {
        // Likewise.
    }

    public string PathInHome(LayerId layer) => $"{Trees}/{layer.DirectoryName}";

    public string ContentPath(LayerId layer) =>
        $"{(Places.Find(layer) ?? Places.GraphRoot).Path}/{PathInHome(layer)}";

    public IReadOnlyList<LayerId> List() => List(Places.GraphRoot);

    public LayerContent Content(LayerId layer) => new([PathOf(layer)], []);

    public DirectoryHandle OpenView(LayerId layer, TempDirectory scratch) => _disk.OpenDirectory(PathOf(layer));

    public StagedTree Stage(Trash place, TreePlan plan, CancellationToken cancellation)
    {
        _disk.MakeDirectory(place.In.Directory, place.Name, PrivateMode);
        using var directory = _disk.OpenDirectory(place.In.Directory, place.Name);
        if (plan.Parent is { } parent) return CopyParent(parent, place, directory, plan, cancellation);
        var (userId, groupId) = plan.Maps.RootOnHost;
        if ((userId, groupId) != default) _disk.SetOwner(directory, userId, groupId);
        _disk.SetMode(directory, RootMode);
        Mark(directory);
        return new VfsTree(_disk, this, place, plan);
    }

    public ILayerBatch BeginBatch() => new VfsBatch(this);

    public IReadOnlyList<LayerId> Marked() =>
    [
        .. Places.Writable.SelectMany(place => List(place).Where(layer => IsMarked(place, layer))),
    ];

    public void RemoveMark(LayerId layer)
    {
        if (Places.FindWritable(layer) is not { } place) return;
        using var directory = _disk.OpenDirectory(place.Directory, PathInHome(layer));
        _disk.RemoveXattr(directory, UncommittedMark);
    }

    public IReadOnlyList<Trash> Discard(LayerId layer, StagingArea area)
    {
        if (Places.FindWritable(layer) is not { } place) return [];
        var temp = area.TreesOf(place);
        var tree = new Trash(temp, temp.NextName(layer.DirectoryName));
        _disk.Rename(place.Directory, PathInHome(layer), place.Directory, tree.InHome);
        return [tree];
    }

    public string Mount(LayerId layer, MountRequest request)
    {
        if (request.Options is { Count: > 0 } options && options is not ["ro"]) throw VfsOptions.NoMountOptions();
        return PathOf(layer);
    }

    public void Unmount(LayerId layer)
    {
        // Nothing was mounted.
    }

    // A layer is nothing but its tree, and a mount of it leaves no trace there.
    public FileTime? TouchedAt(LayerId layer) => null;

    public IReadOnlyList<Trash> DiscardDanglingNames(StagingArea area, int countMax) => [];

    public void Dispose() => Places.Dispose();

    private VfsTree CopyParent(
        TreeParent parent, Trash place, DirectoryHandle directory, TreePlan plan, CancellationToken cancellation)
    {
        if (parent.Staged is null && Places.Find(parent.Id) is null)
            throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");
        var from = _disk.OpenDirectory(parent.Staged is { } staged ? staged.Content().Own[0] : PathOf(parent.Id));
        try
        {
            TreeCopy.Run(_disk, from, directory, new OwnerChange(parent.Maps, plan.Maps), cancellation);
            Mark(directory);
            if (parent.Staged is null) return new VfsTree(_disk, this, place, plan) { Origin = from };
            from.Dispose();
            return new VfsTree(_disk, this, place, plan);
        }
        catch
        {
            from.Dispose();
            throw;
        }
    }

    /// <summary>Where the rights do not allow it there is no mark: the collector finds what a crash leaves.</summary>
    private void Mark(DirectoryHandle directory)
    {
        try
        {
            _disk.SetXattr(directory, UncommittedMark, "y"u8);
        }
        catch (StorageException refused) when (
            refused.Kind is StorageErrorKind.AccessDenied or StorageErrorKind.NotSupported)
        {
            // As said.
        }
    }

    private bool IsMarked(LayerPlace place, LayerId layer)
    {
        try
        {
            return _disk.Xattr(place.Directory, PathInHome(layer), UncommittedMark) is not null;
        }
        catch (StorageException gone) when (gone.Kind == StorageErrorKind.NotFound)
        {
            // Deleted since it was listed: whoever looks without a lock sees that.
            return false;
        }
    }

    public IReadOnlyList<LayerId> List(LayerPlace place)
    {
        using var trees = _disk.OpenDirectory(place.Directory, Trees);
        return
        [
            .. _disk.List(trees)
                .Where(name => RecordId.Fault(name) is null && _disk.Status(trees, name) is { IsDirectory: true })
                .Order(StringComparer.Ordinal)
                .Select(name => LayerId.Recorded(name)),
        ];
    }

    private string PathOf(LayerId layer) => Places.Find(layer) is { } place
        ? $"{place.Path}/{PathInHome(layer)}"
        : throw new StorageException(StorageErrorKind.NotFound, $"layer not known: {layer}");
}
