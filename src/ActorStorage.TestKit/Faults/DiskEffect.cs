// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.TestKit.Faults;

/// <summary>What a call changes on disk, or makes durable.</summary>
public enum EffectKind
{
    MakeDirectory,
    CreateFile,
    Link,
    Symlink,
    MakeNode,
    Write,
    SetOwner,
    SetMode,
    SetTimes,
    SetXattr,
    RemoveXattr,
    ClearProtection,
    Rename,
    RemoveFile,
    RemoveDirectory,
    Sync,
    SyncFileSystem,
    Mount,
    Unmount,
}

/// <summary>One effect on the disk, as it is asked for.</summary>
/// <param name="Path">Of what changes, as the engine names it: a directory that was renamed since it was opened has its
/// old name here.</param>
/// <param name="From">The name before a rename, or what a link leads to.</param>
/// <param name="File">The file whose content is written or synced.</param>
public sealed record DiskEffect(EffectKind Kind, string Path, string? From = null, FileHandle? File = null)
{
    public override string ToString() => From is null ? $"{Kind} {Path}" : $"{Kind} {From} -> {Path}";
}
