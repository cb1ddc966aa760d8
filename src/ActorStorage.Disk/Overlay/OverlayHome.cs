// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>
/// The directory <c>overlay</c> of an open store, with one directory per layer. While tools work it is a private bind
/// mount of itself, which any of them may make and remove at any time.
/// </summary>
/// <remarks>
/// A rename between two mounts fails, even on one file system. So everything that is renamed inside the home goes
/// through <see cref="Directory"/> or a handle opened below it, never through paths.
/// </remarks>
public sealed class OverlayHome : IDisposable
{
    private const uint Public = 0x1ed;      // 0755

    private OverlayHome(IDisk disk, StoragePaths paths, OverlayOptions options)
    {
        (Disk, Paths, Options) = (disk, paths, options);
        Places = new LayerPlaces(disk, paths, disk.OpenApart, layer => layer.DirectoryName);
    }

    /// <summary>The one handle of the home. What others mount or unmount does not matter to it.</summary>
    public DirectoryHandle Directory => Places.GraphRoot.Directory;

    /// <summary>The home with those of other stores, each by one such handle.</summary>
    public LayerPlaces Places { get; }

    public StoragePaths Paths { get; }
    public OverlayOptions Options { get; }
    internal IDisk Disk { get; }

    /// <summary>Makes what is missing of the store's directories and lock files, and mounts the home.</summary>
    /// <param name="beforeHomeMount">Recovery of stale temp directories: they may have mounts below them, which a home
    /// that is mounted on itself would hide.</param>
    /// <exception cref="StorageException">NotSupported: earlier users of the run root found that overlay does not work
    /// here, or the layers belong to a FUSE program.</exception>
    public static OverlayHome Open(
        IDisk disk, StoragePaths paths, OverlayOptions options, Action? beforeHomeMount = null)
    {
        options.CheckImageStores(disk);
        StoreLayout.Create(disk, paths);
        MakeDirectories(disk, paths);
        ObeyFeatureCache(disk, paths);
        MountProgramMark.Settle(disk, paths.DriverHome);
        beforeHomeMount?.Invoke();
        EnsureMounted(disk, paths, options);
        return new OverlayHome(disk, paths, options);
    }

    /// <summary>Mounts the home again after somebody's shutdown. The caller holds storage.lock.</summary>
    public void EnsureHomeMounted() => EnsureMounted(Disk, Paths, Options);

    /// <summary>
    /// Takes the mount away, busy or not, unless somebody is filling a partial layer. The caller holds storage.lock,
    /// and no layer is mounted.
    /// </summary>
    public void UnmountHome()
    {
        if (!HasLiveStaging()) Disk.Unmount(Paths.DriverHome);
    }

    /// <summary>Where a layer is seen when it is mounted.</summary>
    public string MountPoint(LayerId layer) => MountPoint(layer, Places.Find(layer));

    public void Dispose() => Places.Dispose();

    /// <summary>Other stores may be mounted from too, or be read-only: their layers are seen in the run root.</summary>
    internal string MountPoint(LayerId layer, LayerPlace? place) => place is null or { Kind: LayerPlaceKind.GraphRoot }
        ? $"{Paths.DriverHome}/{layer.DirectoryName}/merged"
        : $"{Paths.DriverRun}/{layer.DirectoryName}/merged";

    /// <summary>Partial pulls of the Go tools: <c>staging/NAME</c>, with a lock file held while they last.</summary>
    private bool HasLiveStaging()
    {
        const string Staging = "staging";
        if (Disk.Status(Directory, Staging) is not { IsDirectory: true }) return false;
        using var staging = Disk.OpenDirectory(Directory, Staging);
        return Disk.List(staging).Any(name =>
        {
            if (Disk.Status(staging, $"{name}/staging.lock") is null) return false;
            using var held = FileLock.Open($"{staging.Path}/{name}/staging.lock", readOnly: true);
            return !held.TryAcquire(LockMode.Shared);
        });
    }

    private static void MakeDirectories(IDisk disk, StoragePaths paths)
    {
        using (var graphRoot = disk.OpenDirectory(paths.GraphRoot))
        {
            StoreLayout.MakeDirectory(disk, graphRoot, paths.Driver, Public);
            StoreLayout.MakeDirectory(disk, graphRoot, $"{paths.Driver}/l", Public);
        }
        StoreLayout.MakeDirectory(disk, paths.DriverRun);
        if (paths.ImageStoreHome is { } imageStore) StoreLayout.MakeDirectory(disk, imageStore);
    }

    private static void EnsureMounted(IDisk disk, StoragePaths paths, OverlayOptions options)
    {
        if (options.SkipMountHome) return;
        if (!disk.IsMountPoint(paths.DriverHome)) disk.BindMount(paths.DriverHome, paths.DriverHome);
        // Also when somebody else made the mount: the mounts of layers must not spread to other namespaces.
        disk.MakePrivate(paths.DriverHome);
    }

    /// <summary>Others note in the run root what the kernel can do; only the worst news is asked for.</summary>
    private static void ObeyFeatureCache(IDisk disk, StoragePaths paths)
    {
        using var run = disk.OpenDirectory(paths.DriverRun);
        if (disk.Status(run, "overlay-true") is not null) return;
        if (SmallFile.Read(disk, run, "overlay-false") is { } reason)
            throw new StorageException(StorageErrorKind.NotSupported, reason, $"{paths.DriverRun}/overlay-false");
    }
}
