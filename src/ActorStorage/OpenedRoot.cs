// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage;

/// <summary>A root that has been made ready: everything that must be there is, and nothing stale is left.</summary>
/// <param name="Paths">Those of the settings, with the additional stores that the driver's options name.</param>
/// <param name="NotCleared">Why something stale is left after all; the next who opens the root tries again.</param>
internal sealed record OpenedRoot(
    StoragePaths Paths, ILayerDriver Driver, string BackingFileSystem, bool NeedsRecovery, StorageError? NotCleared)
    : ILocalMessage, IDisposable
{
    /// <summary>Blocks: on an own thread only. Takes storage.lock for the time it needs.</summary>
    /// <param name="cancellation">Nobody wants the root any more: nothing is done that has not been begun.</param>
    public static OpenedRoot Open(IDisk disk, StorageSettings settings, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var options = LayerDriver.Parse(settings.Paths, settings.DriverOptions);
        var paths = settings.Paths with
        {
            AdditionalImageStores = [.. settings.Paths.AdditionalImageStores, .. options.ImageStores],
        };
        Directory.CreateDirectory(
            paths.GraphRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var storageLock = LockWait.Acquire(
            paths.StorageLock, LockMode.Exclusive, settings.OpenWaitMax, cancellation);
        cancellation.ThrowIfCancellationRequested();
        StorageError? notCleared = null;
        var driver = LayerDriver.Open(disk, paths, options, beforeHomeMount: () =>
        {
            // Assume that the last run, ours or somebody's, was killed.
            foreach (var temp in (string?[])[paths.DriverTemp, paths.LayersTemp, paths.ImageStoreTemp])
            {
                if (temp is not null) notCleared = ClearStale(disk, temp) ?? notCleared;
                cancellation.ThrowIfCancellationRequested();
            }
        });
        try
        {
            cancellation.ThrowIfCancellationRequested();
            AdditionalStores.RefuseItself(disk, paths);
            KeepSpareRoom(disk, paths);
            return new OpenedRoot(
                paths, driver, new DriveInfo(paths.GraphRoot).DriveFormat, LayerRecovery.IsNeeded(driver), notCleared);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public void Dispose() => Driver.Dispose();

    private static void KeepSpareRoom(IDisk disk, StoragePaths paths)
    {
        foreach (var root in (string?[])[paths.GraphRoot, paths.ImageStore])
        {
            if (root is not null) SpareRoom.Keep(disk, root, $"{paths.Driver}-layers/{LayerIndexFile.StableName}");
        }
    }

    /// <summary>Nobody sees what lies there: that it stays is no reason to keep everybody from the layers.</summary>
    private static StorageError? ClearStale(IDisk disk, string temp)
    {
        try
        {
            StaleRecovery.Run(disk, temp);
            return null;
        }
        catch (StorageException stays)
        {
            return stays.Error;
        }
    }
}
