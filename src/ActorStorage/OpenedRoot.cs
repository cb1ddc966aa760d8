// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage;

/// <summary>A root that has been made ready: everything that must be there is, and nothing stale is left.</summary>
internal sealed record OpenedRoot(OverlayHome Home, string BackingFileSystem, bool NeedsRecovery)
    : ILocalMessage, IDisposable
{
    /// <summary>Blocks: on an own thread only. Takes storage.lock for the time it needs.</summary>
    public static OpenedRoot Open(IDisk disk, StorageSettings settings)
    {
        var paths = settings.Paths;
        if (paths.Driver != "overlay")
        {
            throw new StorageException(
                StorageErrorKind.NotSupported,
                $"failed to GetDriver graph {paths.Driver} {paths.GraphRoot}: driver not supported");
        }
        var options = OverlayOptions.Parse(settings.DriverOptions);
        Directory.CreateDirectory(
            paths.GraphRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var storageLock = LockWait.Acquire(paths.StorageLock, LockMode.Exclusive, settings.OpenWaitMax);
        var home = OverlayHome.Open(disk, paths, options, beforeHomeMount: () =>
        {
            // Assume that the last run, ours or somebody's, was killed.
            StaleRecovery.Run(disk, paths.DriverTemp);
            StaleRecovery.Run(disk, paths.LayersTemp);
        });
        try
        {
            return new OpenedRoot(
                home, new DriveInfo(paths.GraphRoot).DriveFormat, LayerRecovery.IsNeeded(disk, home));
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    public void Dispose() => Home.Dispose();
}
