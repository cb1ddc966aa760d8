// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>What every file system knows about a mount; the numbers are those of mount(2).</summary>
[Flags]
public enum MountFlags
{
    None = 0,
    ReadOnly = 1,
    NoSetUserId = 2,
    NoDevices = 4,
    NoExecution = 8,
    Synchronous = 16,
    MandatoryLocks = 64,
    SynchronousDirectories = 128,
    NoAccessTimes = 1024,
    NoDirectoryAccessTimes = 2048,
    RelativeAccessTimes = 1 << 21,
    StrictAccessTimes = 1 << 24,
}
