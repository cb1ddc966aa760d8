// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// Items of data that were replaced by a writer that died before it recorded them. Each is whole, old or new, because
/// it was renamed into its place; only size and digest in the record can be those of another one.
/// </summary>
internal static class UnrecordedData
{
    /// <summary>The items of one image or container that are not as recorded, as they are.</summary>
    /// <param name="store">The directory in which that of the owner lies.</param>
    public static IEnumerable<NewBigData> Of(IDisk disk, DirectoryHandle store, string owner, BigDataItems recorded)
    {
        foreach (var key in recorded.Names)
        {
            if (TryRead(disk, store, owner, key) is { } value && !recorded.CanBe(key, value))
                yield return new NewBigData(key, value);
        }
    }

    private static byte[]? TryRead(IDisk disk, DirectoryHandle store, string owner, string key)
    {
        try
        {
            return BigDataFile.Read(disk, store, owner, key);
        }
        catch (StorageException)
        {
            // Damaged otherwise, or named by another tool as no file can be: the check tells of it, and the other
            // records of the store must be loaded all the same.
            return null;
        }
    }
}
