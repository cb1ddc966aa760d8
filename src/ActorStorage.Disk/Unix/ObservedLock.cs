// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// What the kernel says of a lock file, whoever uses it: who holds it, and how many wait. Takes no lock and changes
/// nothing. The kernel does not say since when.
/// </summary>
/// <param name="Path">The lock file.</param>
/// <param name="IsThere">False when nobody has used the lock yet.</param>
/// <param name="Holders">One, or several that share it.</param>
/// <param name="Waiting">How many wait for it in the kernel. Not counted are those who look again and again.</param>
/// <param name="Waiters">Those of them that the kernel names: whoever wants an open-file-description lock is
/// nameless.</param>
public sealed record ObservedLock(
    string Path, bool IsThere, ImmutableArray<LockHold> Holders, int Waiting, ImmutableArray<LockHolder> Waiters)
{
    private const int ReadingsMax = 5;
    private static readonly ObservedLock Nothing = new("", IsThere: false, [], 0, []);

    /// <exception cref="StorageException">A file may not be read.</exception>
    public static ObservedLock Look(string path)
    {
        if (!File.Exists(path)) return Nothing with { Path = path };
        using var file = FileLock.Open(path, readOnly: true);
        var waiters = WaitersOf(NameForKernel(file));
        var looked = Nothing with
        {
            Path = path,
            IsThere = true,
            Waiting = waiters.Length,
            Waiters = [.. waiters.Where(pid => pid > 0).Select(LockHolders.Of)],
        };
        if (file.FindHold(LockMode.Exclusive) is not { } hold) return looked;
        // All that share it; what cannot be seen in /proc the kernel may know all the same.
        var holders = LockHolders.AllByOpenFile(file.RealPath);
        return looked with { Holders = holders.IsEmpty ? [hold] : holders };
    }

    /// <summary>Process ids; negative or 0 for one that has none here.</summary>
    /// <remarks>The kernel hands its list out in pages, and where others take and release locks meanwhile it leaves
    /// some out: so it is read until it says the same twice, and if it never does, the longest list counts.</remarks>
    private static int[] WaitersOf(string file)
    {
        int[] longest = [];
        int[]? before = null;
        for (var reading = 0; reading < ReadingsMax; reading++)
        {
            int[] waiters = [.. ReadWaiters(file)];
            if (before is not null && waiters.SequenceEqual(before)) return waiters;
            if (waiters.Length > longest.Length) longest = waiters;
            before = waiters;
        }
        return longest;
    }

    // "1: -> POSIX  ADVISORY  WRITE 3956 fe:00:5310061 0 EOF"
    private static IEnumerable<int> ReadWaiters(string file) =>
        from line in File.ReadLines("/proc/locks")
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where words is [_, "->", "POSIX" or "OFDLCK", _, _, _, _, ..] && words[6] == file
        select int.Parse(words[5], CultureInfo.InvariantCulture);

    /// <summary>The kernel's list names a file by the device of its file system. On btrfs that is not the one that the
    /// file tells, but the one that stands in the list of mounts.</summary>
    private static string NameForKernel(FileLock file)
    {
        if (Syscall.fstat(file.Descriptor, out var status) != 0) return "";
        var (major, minor) = MountTable.DeviceOf(file.Descriptor)
            ?? (DeviceNumbers.Major(status.st_dev), DeviceNumbers.Minor(status.st_dev));
        return string.Create(CultureInfo.InvariantCulture, $"{major:x2}:{minor:x2}:{status.st_ino}");
    }
}
