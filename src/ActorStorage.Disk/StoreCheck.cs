// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Disk;

/// <summary>
/// Compares everything that is recorded with what is there. Changes nothing and takes no lock: what is made or deleted
/// meanwhile is no finding. Whatever is damaged becomes a finding that names it; only indexes that cannot be read end
/// the check.
/// </summary>
public static class StoreCheck
{
    /// <param name="area">Where trees may be mounted for the time they are looked at.</param>
    /// <param name="records">Read together, a moment ago.</param>
    /// <exception cref="StorageException">Corrupt: an index cannot be read any more.</exception>
    public static CheckReport Run(
        IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, StoreRecords records,
        CheckOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var job = new CheckJob(disk, paths, driver, area, records, options, time, cancellation);
        var layers = new LayerCheck(job);
        layers.Run();
        layers.Findings.DropAllBut(RecordedIds.Read(disk, paths).Layers);

        var owners = new OwnerCheck(job, layers);
        owners.Run();
        layers.AddUnreferenced(owners.LayersNeeded);
        var storageLayers = layers.AddUnaccounted();

        var recorded = RecordedIds.Read(disk, paths);
        layers.Findings.DropAllBut(recorded.Layers.Union(storageLayers).ToHashSet(StringComparer.Ordinal));
        owners.Images.DropAllBut(recorded.Images);
        owners.Containers.DropAllBut(recorded.Containers);
        return new CheckReport
        {
            Layers = layers.Findings.ToReport(),
            ReadOnlyLayers = layers.ReadOnlyFindings.ToReport(),
            Images = owners.Images.ToReport(),
            ReadOnlyImages = owners.ReadOnlyImages.ToReport(),
            Containers = owners.Containers.ToReport(),
            StorageLayers = [.. storageLayers.Select(name => LayerId.Recorded(name))],
        };
    }
}
