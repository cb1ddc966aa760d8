// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>What one check works on.</summary>
/// <param name="Area">Where trees may be mounted for the time they are looked at.</param>
internal sealed record CheckJob(
    IDisk Disk, StoragePaths Paths, ILayerDriver Driver, StagingArea Area, StoreRecords Records, CheckOptions Options,
    TimeProvider Time, CancellationToken Cancellation);
