// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Unix;
using ActorStorage.Disk.Vfs;

namespace ActorStorage.Disk;

/// <summary>The drivers there are.</summary>
public static class LayerDriver
{
    /// <summary>What the options, written as <c>[driver.]key=value</c>, say to the root's driver. Touches
    /// nothing.</summary>
    /// <exception cref="StorageException">NotSupported: no such driver, or an option that it cannot obey. Invalid: an
    /// option that makes no sense, in the words of the Go tools.</exception>
    public static DriverOptions Parse(StoragePaths paths, IReadOnlyList<string> options) => paths.Driver switch
    {
        "overlay" => OverlayOptions.Parse(options),
        "vfs" => VfsOptions.Parse(options),
        _ => throw Unknown(paths),
    };

    /// <summary>Makes what is missing of the store's directories and lock files, and the home usable. The caller
    /// holds storage.lock.</summary>
    /// <param name="options">From <see cref="Parse"/> for the same root.</param>
    /// <param name="beforeHomeMount">Recovery of stale temp directories: they may have mounts below them, which a
    /// home that is mounted on itself would hide.</param>
    /// <exception cref="StorageException">NotSupported: the driver does not work here.</exception>
    public static ILayerDriver Open(
        IDisk disk, StoragePaths paths, DriverOptions options, Action? beforeHomeMount = null) => options switch
        {
            OverlayOptions overlay => new OverlayDriver(OverlayHome.Open(disk, paths, overlay, beforeHomeMount)),
            VfsOptions vfs => VfsDriver.Open(disk, paths, vfs, beforeHomeMount),
            _ => throw Unknown(paths),
        };

    private static StorageException Unknown(StoragePaths paths) => new(
        StorageErrorKind.NotSupported,
        $"failed to GetDriver graph {paths.Driver} {paths.GraphRoot}: driver not supported");
}
