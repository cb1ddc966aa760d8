// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Disk.Unix;

/// <summary>Finds processes in /proc. What may not be read (other users' processes) is passed over.</summary>
internal static class LockHolders
{
    private const int CommandLengthMax = 200;

    internal static LockHolder Of(int pid)
    {
        var command = "";
        try
        {
            command = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline"))
                .Replace('\0', ' ').TrimEnd();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The process ended, or is not ours to look at: its number is still worth telling.
        }
        return new LockHolder(pid, command.Length > CommandLengthMax ? command[..CommandLengthMax] : command);
    }

    /// <summary>
    /// Which process has the file open with a lock on it: the kernel lists a descriptor's locks in its fdinfo.
    /// </summary>
    /// <returns>Null also when /proc cannot be read: the name is for people, and no reason to fail.</returns>
    internal static LockHolder? FindByOpenFile(string path)
    {
        try
        {
            foreach (var process in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid)
                    && HoldsLockOn(process, path))
                {
                    return Of(pid);
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // There is none, or no descriptor is left to read it with.
        }
        return null;
    }

    private static bool HoldsLockOn(string process, string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"{process}/fd").Any(descriptor =>
                new FileInfo(descriptor).LinkTarget == path && HoldsLock(process, descriptor));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The process ended while it was looked at, or belongs to somebody else.
            return false;
        }
    }

    private static bool HoldsLock(string process, string descriptor) =>
        File.ReadLines($"{process}/fdinfo/{Path.GetFileName(descriptor)}")
            .Any(line => line.StartsWith("lock:", StringComparison.Ordinal));
}
