// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>
/// Makes what is there once a store was opened, whatever its driver: directories and empty lock files, with the modes
/// the Go tools give them under umask 022. What exists keeps the mode it has.
/// </summary>
internal static class StoreLayout
{
    private const uint Private = 0x1c0;     // 0700
    private const uint LockFile = 0x1a4;    // 0644

    internal static void Create(IDisk disk, StoragePaths paths)
    {
        foreach (var root in (string?[])[paths.GraphRoot, paths.RunRoot, paths.ImageStore])
        {
            if (root is not null) MakePath(disk, root);
        }
        foreach (var directory in (string?[])[paths.Layers, paths.GraphRootImages, paths.Containers, paths.LayersRun,
            paths.ContainersRun, paths.DigestLocks, paths.ImageStoreLayers, paths.Images])
        {
            if (directory is not null) At(disk, directory, MakePrivateDirectory);
        }
        foreach (var file in (string?[])[paths.StorageLock, paths.UserNamespaceLock, paths.LayersLock, paths.ImagesLock,
            paths.GraphRootImagesLock, paths.ContainersLock, paths.MountPointsLock, paths.ImageStoreLayersLock])
        {
            if (file is not null) At(disk, file, MakeLockFile);
        }
    }

    /// <summary>By its absolute path, 0700; the one above it is there.</summary>
    internal static void MakeDirectory(IDisk disk, string path) => At(disk, path, MakePrivateDirectory);

    private static void At(IDisk disk, string path, Action<IDisk, DirectoryHandle, string> make)
    {
        using var above = disk.OpenDirectory(Path.GetDirectoryName(path)!);
        make(disk, above, Path.GetFileName(path));
    }

    /// <summary>Makes the directory and those that lead to it, all 0700.</summary>
    private static void MakePath(IDisk disk, string path)
    {
        if (Path.GetDirectoryName(path) is not { } above) return;
        MakePath(disk, above);
        // By its absolute path: on the way to a root there may be symbolic links.
        using var at = disk.OpenDirectory(above);
        MakeDirectory(disk, at, Path.GetFileName(path), Private);
    }

    internal static void MakeDirectory(IDisk disk, DirectoryHandle at, string name, uint mode)
    {
        if (disk.Status(at, name) is not null) return;
        try
        {
            disk.MakeDirectory(at, name, mode);
            disk.SetMode(at, name, mode);
        }
        catch (StorageException taken) when (taken.Kind == StorageErrorKind.AlreadyExists)
        {
            // Another process opens the same store at the same time; it sets the mode as well.
        }
    }

    private static void MakePrivateDirectory(IDisk disk, DirectoryHandle at, string name) =>
        MakeDirectory(disk, at, name, Private);

    private static void MakeLockFile(IDisk disk, DirectoryHandle at, string name)
    {
        if (disk.Status(at, name) is not null) return;
        try
        {
            using var file = disk.CreateFile(at, name, LockFile);
            disk.SetMode(file, LockFile);
        }
        catch (StorageException taken) when (taken.Kind == StorageErrorKind.AlreadyExists)
        {
            // As above.
        }
    }
}
