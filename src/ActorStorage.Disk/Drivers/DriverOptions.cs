// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>What every driver can be told, as <c>driver.key=value</c>.</summary>
public abstract record DriverOptions
{
    /// <summary>Graph roots of other stores whose images and layers may be used, and never changed.</summary>
    public IReadOnlyList<string> ImageStores { get; init; } = [];

    /// <summary>Go on when a file cannot get its owner.</summary>
    public bool IgnoreChownErrors { get; init; }

    /// <summary>Flush the whole file system before a layer becomes visible.</summary>
    public bool SyncFileSystem { get; init; }
}
