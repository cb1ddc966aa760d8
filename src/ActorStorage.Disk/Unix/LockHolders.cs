// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
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
            // In one line: it is another process's text, and goes to somebody's terminal.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline"));
            command = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).TrimEnd();
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
    /// <param name="path">Without symbolic links.</param>
    /// <returns>Null also when /proc cannot be read: the name is for people, and no reason to fail.</returns>
    internal static LockHolder? FindByOpenFile(string path) => ByOpenFile(path).FirstOrDefault()?.Holder;

    /// <inheritdoc cref="FindByOpenFile"/>
    internal static ImmutableArray<LockHold> AllByOpenFile(string path) => [.. ByOpenFile(path)];

    private static IEnumerable<LockHold> ByOpenFile(string path)
    {
        foreach (var process in Entries("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid)) continue;
            if (HoldOn(process, path) is { } mode) yield return new LockHold(Of(pid), mode);
        }
    }

    private static string[] Entries(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The process has ended or belongs to somebody else, or no descriptor is left to read it with.
            return [];
        }
    }

    /// <summary>How the process holds a lock on the file; null when it does not.</summary>
    private static LockMode? HoldOn(string process, string path)
    {
        try
        {
            var locks = from descriptor in Entries($"{process}/fd")
                        where new FileInfo(descriptor).LinkTarget == path
                        from line in File.ReadLines($"{process}/fdinfo/{Path.GetFileName(descriptor)}")
                        where line.StartsWith("lock:", StringComparison.Ordinal)
                        select line.Contains(" READ ", StringComparison.Ordinal)
                            ? LockMode.Shared
                            : LockMode.Exclusive;
            return locks.Cast<LockMode?>().FirstOrDefault();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The process ended while it was looked at, or belongs to somebody else.
            return null;
        }
    }
}
