// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Extract;

/// <summary>An entry's user and group as the kernel can store them.</summary>
internal readonly record struct EntryOwner(uint UserId, uint GroupId)
{
    /// <param name="maps">Where the ids of the archive lie on the host.</param>
    /// <exception cref="StorageException">An id does not fit, and the kernel would cut it to somebody else's; or it has
    /// no place on the host.</exception>
    internal static EntryOwner Of(TarEntry entry, IdMaps maps)
    {
        if (maps.IsEmpty) return new(Fitting(entry, "user", entry.UserId), Fitting(entry, "group", entry.GroupId));
        try
        {
            var (userId, groupId) = maps.ToHost(entry.UserId, entry.GroupId);
            return new(Fitting(entry, "user", userId), Fitting(entry, "group", groupId));
        }
        catch (StorageException unmapped)
        {
            throw new StorageException(
                unmapped.Error with { Message = $"entry {Quoted.Text(entry.Name)}: {unmapped.Message}" }, unmapped);
        }
    }

    // 4,294,967,295 means "leave as it is" to chown(2).
    private static uint Fitting(TarEntry entry, string what, long id) => id is >= 0 and < uint.MaxValue
        ? (uint)id
        : throw new StorageException(StorageErrorKind.InvalidArchive, string.Create(
            CultureInfo.InvariantCulture, $"{what} id {id} of entry {Quoted.Text(entry.Name)} is no id"));
}
