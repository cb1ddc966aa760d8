// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Extract;

/// <summary>An entry's user and group as the kernel can store them.</summary>
internal readonly record struct EntryOwner(uint UserId, uint GroupId)
{
    /// <exception cref="StorageException">An id does not fit: the kernel would cut it to somebody else's.</exception>
    internal static EntryOwner Of(TarEntry entry) =>
        new(Fitting(entry, "user", entry.UserId), Fitting(entry, "group", entry.GroupId));

    // 4,294,967,295 means "leave as it is" to chown(2).
    private static uint Fitting(TarEntry entry, string what, long id) => id is >= 0 and < uint.MaxValue
        ? (uint)id
        : throw new StorageException(StorageErrorKind.InvalidArchive, string.Create(
            CultureInfo.InvariantCulture, $"{what} id {id} of entry {Quoted.Text(entry.Name)} is no id"));
}
