// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// Lock files that are locked from the moment at which others can see them. An engine that creates the file first and
/// locks it then can lose both file and directory to the recovery of another process in between.
/// </summary>
internal static class BornLocked
{
    private const uint Mode = 0x180;    // 0600

    /// <summary>The lock, held; null when the name is taken.</summary>
    internal static FileLock? TryCreate(IDisk disk, DirectoryHandle root, string instance) =>
        disk.CreateUnnamed(root, Mode) is { } unnamed
            ? TryLink(disk, unnamed, root, instance)
            : TryRename(disk, root, instance);

    /// <summary>
    /// For file systems without unnamed files. A crash in here leaves an empty file under a name that nobody minds.
    /// </summary>
    internal static FileLock? TryRename(IDisk disk, DirectoryHandle root, string instance)
    {
        if (disk.Status(root, TempNames.Lock(instance)) is not null) return null;
        var unborn = TempNames.Unborn(instance);
        var held = Lock(disk.CreateFile(root, unborn, Mode));
        try
        {
            disk.Rename(root, unborn, root, TempNames.Lock(instance));
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static FileLock? TryLink(IDisk disk, FileHandle unnamed, DirectoryHandle root, string instance)
    {
        var held = Lock(unnamed);
        try
        {
            disk.LinkUnnamed(unnamed, root, TempNames.Lock(instance));
            return held;
        }
        catch (StorageException taken) when (taken.GetErrno() is Errno.EEXIST)
        {
            held.Dispose();
            return null;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static FileLock Lock(FileHandle file)
    {
        var created = FileLock.Adopt(file);
        if (created.TryAcquire(LockMode.Exclusive)) return created;
        created.Dispose();
        throw new StorageException(
            StorageErrorKind.Locked, $"the new lock file in {file.Path} is locked by another", file.Path);
    }
}
