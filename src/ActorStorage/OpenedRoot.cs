// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage;

/// <summary>A root that has been made ready: everything that must be there is, and nothing stale is left.</summary>
/// <param name="Paths">Those of the settings, with the additional stores that the driver's options name.</param>
internal sealed record OpenedRoot(
    StoragePaths Paths, ILayerDriver Driver, string BackingFileSystem, bool NeedsRecovery)
    : ILocalMessage, IDisposable
{
    /// <summary>Blocks: on an own thread only. Takes storage.lock for the time it needs.</summary>
    public static OpenedRoot Open(IDisk disk, StorageSettings settings)
    {
        var options = LayerDriver.Parse(settings.Paths, settings.DriverOptions);
        var paths = settings.Paths with
        {
            AdditionalImageStores = [.. settings.Paths.AdditionalImageStores, .. options.ImageStores],
        };
        Directory.CreateDirectory(
            paths.GraphRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var storageLock = LockWait.Acquire(paths.StorageLock, LockMode.Exclusive, settings.OpenWaitMax);
        var driver = LayerDriver.Open(disk, paths, options, beforeHomeMount: () =>
        {
            // Assume that the last run, ours or somebody's, was killed.
            StaleRecovery.Run(disk, paths.DriverTemp);
            StaleRecovery.Run(disk, paths.LayersTemp);
            if (paths.ImageStoreTemp is { } imageStoreTemp) StaleRecovery.Run(disk, imageStoreTemp);
        });
        try
        {
            AdditionalStores.RefuseItself(disk, paths);
            return new OpenedRoot(
                paths, driver, new DriveInfo(paths.GraphRoot).DriveFormat, LayerRecovery.IsNeeded(driver));
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public void Dispose() => Driver.Dispose();
}
