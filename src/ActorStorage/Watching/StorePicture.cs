// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Watching;

/// <summary>Whose index a picture shows.</summary>
public enum StoreKind
{
    Layers = 1,
    Images = 2,
    Containers = 3,
}

/// <summary>Who made of the picture before what this one shows.</summary>
public enum PictureOrigin
{
    /// <summary>This engine.</summary>
    Own = 1,

    /// <summary>Another process, or another engine of this one.</summary>
    Foreign = 2,

    /// <summary>Both, or nobody knows: a write of this engine failed half-way, or it repaired what it
    /// loaded.</summary>
    Unclear = 3,
}

/// <summary>All records of a store at one point in time. A value: it may be kept and compared with a later
/// one.</summary>
/// <param name="Token">What the last writer left in the lock file.</param>
/// <param name="IsExact">False when there were others between this picture and the one before: writes that were not
/// seen one by one, or pictures that this one had to take the place of.</param>
/// <param name="At">When it was taken.</param>
public sealed record StorePicture(
    StoreKind Store, IRecords Records, LockToken Token, PictureOrigin Origin, bool IsExact, DateTimeOffset At)
    : ILocalMessage;
