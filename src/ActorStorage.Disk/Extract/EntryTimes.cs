// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>Access and modification time of an entry, as they go to the disk.</summary>
internal readonly record struct EntryTimes(FileTime AccessedAt, FileTime ModifiedAt)
{
    private static readonly FileTime Epoch = new(0, 0);
    private static readonly FileTime Latest = new(9_223_372_036, 854_775_807);     // 2262: 63 bits of nanoseconds

    /// <summary>Symbolic links take every time; what was accessed before it was modified was accessed then.</summary>
    internal static EntryTimes OfSymlink(TarEntry entry)
    {
        var accessedAt = entry.AccessedAt is { } given && !IsBefore(given, entry.ModifiedAt) ? given : entry.ModifiedAt;
        return new EntryTimes(accessedAt, entry.ModifiedAt);
    }

    /// <summary>Files take the times between 1970 and 2262; any other becomes the epoch.</summary>
    internal static EntryTimes OfFile(TarEntry entry)
    {
        var times = OfSymlink(entry);
        return new EntryTimes(Clamp(times.AccessedAt), Clamp(times.ModifiedAt));
    }

    /// <summary>Directories get their times last, and an access time that was left out becomes the epoch.</summary>
    internal static EntryTimes OfDirectory(TarEntry entry) =>
        new(Clamp(entry.AccessedAt ?? Epoch), Clamp(entry.ModifiedAt));

    private static FileTime Clamp(FileTime time) => IsBefore(time, Epoch) || IsBefore(Latest, time) ? Epoch : time;

    private static bool IsBefore(FileTime left, FileTime right) =>
        left.Seconds != right.Seconds ? left.Seconds < right.Seconds : left.Nanoseconds < right.Nanoseconds;
}
