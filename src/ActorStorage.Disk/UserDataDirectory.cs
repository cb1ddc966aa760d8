// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>The directories that owners of images and containers get for files of their own.</summary>
public static class UserDataDirectory
{
    private const string Name = "userdata";
    private const uint Private = 0x1c0;     // 0700

    /// <summary>The absolute path of the directory, which is made if it is missing.</summary>
    /// <param name="store">Absolute path of the store's directory, in the graph root or in the run root.</param>
    /// <param name="owner">The id of an image or a container.</param>
    /// <exception cref="StorageException">UnsafePath: the id is no directory's name.</exception>
    public static string Make(IDisk disk, string store, string owner)
    {
        RecordId.RequireDirectoryName(owner);
        using var at = TempDirectory.OpenRoot(disk, store);
        StoreLayout.MakeDirectory(disk, at, owner, Private);
        using var data = disk.OpenDirectory(at, owner);
        StoreLayout.MakeDirectory(disk, data, Name, Private);
        return $"{store}/{owner}/{Name}";
    }

    /// <summary>The directory, opened; null when nobody has asked for it yet. Makes nothing, and so needs no
    /// lock.</summary>
    /// <inheritdoc cref="Make"/>
    public static DirectoryHandle? TryOpen(IDisk disk, string store, string owner)
    {
        RecordId.RequireDirectoryName(owner);
        try
        {
            using var at = disk.OpenDirectory(store);
            using var data = disk.OpenDirectory(at, owner);
            return disk.OpenDirectory(data, Name);
        }
        catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }
}
