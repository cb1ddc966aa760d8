// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage;

/// <summary>A root that has been made ready: everything that must be there is, and nothing stale is left.</summary>
internal sealed record OpenedRoot(ILayerDriver Driver, string BackingFileSystem, bool NeedsRecovery)
    : ILocalMessage, IDisposable
{
    /// <summary>Blocks: on an own thread only. Takes storage.lock for the time it needs.</summary>
    public static OpenedRoot Open(IDisk disk, StorageSettings settings)
    {
        var paths = settings.Paths;
        var options = LayerDriver.Parse(paths, settings.DriverOptions);
        Directory.CreateDirectory(
            paths.GraphRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var storageLock = LockWait.Acquire(paths.StorageLock, LockMode.Exclusive, settings.OpenWaitMax);
        var driver = LayerDriver.Open(disk, paths, options, beforeHomeMount: () =>
        {
            // Assume that the last run, ours or somebody's, was killed.
            StaleRecovery.Run(disk, paths.DriverTemp);
            StaleRecovery.Run(disk, paths.LayersTemp);
        });
        try
        {
            return new OpenedRoot(
                driver, new DriveInfo(paths.GraphRoot).DriveFormat, LayerRecovery.IsNeeded(driver));
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public void Dispose() => Driver.Dispose();
}
