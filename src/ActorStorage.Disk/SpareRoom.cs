// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// Room that is kept so that something can be deleted on a full disk: before a layer's tree goes, an index that calls
/// it incomplete is written beside the one that stands. A file in the root that no other tool looks at, of zeros, given
/// up when such a write finds no room, and made again when there is some.
/// </summary>
internal static class SpareRoom
{
    public const string Name = "actor-storage.room";
    private const string Unfinished = Name + ".new";
    private const int Piece = 256 << 10;
    private const uint Mode = 0x180;        // 0600

    /// <summary>Makes it, or makes it larger, if need be and if it fits.</summary>
    /// <param name="root">Absolute path of the graph root or the image store.</param>
    /// <param name="index">Of the longest document in it.</param>
    /// <returns>Whether it is there now.</returns>
    public static bool Keep(IDisk disk, string root, string index)
    {
        try
        {
            using var directory = disk.OpenDirectory(root);
            var wanted = Wanted(disk.Status(directory, index)?.SizeBytes ?? 0);
            if (disk.Status(directory, Name) is { } kept && kept.SizeBytes >= wanted) return true;
            if (disk.FreeBytes(directory) < wanted) return false;
            Make(disk, directory, wanted);
            return true;
        }
        catch (StorageException)
        {
            // No room after all, or no right to it: then deleting on a full disk fails, as it does elsewhere.
            return false;
        }
    }

    /// <returns>Whether there was any.</returns>
    public static bool GiveUp(IDisk disk, string root)
    {
        try
        {
            using var directory = disk.OpenDirectory(root);
            if (!disk.RemoveFile(directory, Name)) return false;
            // Blocks are free when the removal is recorded.
            disk.Sync(directory);
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>The index twice, because the one that was replaced is not free at once, and something for directories.
    /// Doubled when it is too small, so that it is not made anew all the time.</summary>
    private static long Wanted(long indexBytes)
    {
        var wanted = (long)Piece;
        while (wanted < 2 * indexBytes + Piece / 2) wanted *= 2;
        return wanted;
    }

    private static void Make(IDisk disk, DirectoryHandle directory, long bytes)
    {
        disk.RemoveFile(directory, Unfinished);
        try
        {
            using (var file = disk.CreateFile(directory, Unfinished, Mode))
            {
                var zeros = new byte[Piece];
                for (var written = 0L; written < bytes; written += Piece) disk.Write(file, zeros);
            }
            disk.Rename(directory, Unfinished, directory, Name);
        }
        catch (StorageException)
        {
            disk.RemoveFile(directory, Unfinished);
            throw;
        }
    }
}
