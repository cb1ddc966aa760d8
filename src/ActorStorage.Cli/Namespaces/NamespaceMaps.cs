// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Namespaces;

/// <summary>
/// Which ids there are in the namespace. Root keeps all ids it has, under the same numbers. Anybody else is root in
/// there and has the subordinate ids that are set aside for him; without any, he is alone.
/// </summary>
internal static class NamespaceMaps
{
    /// <summary>Writes the maps of a process that has just got its namespace.</summary>
    public static void Write(int process)
    {
        if (Syscall.geteuid() == 0)
        {
            Write(process, "uid_map", OwnRanges("uid_map"));
            Write(process, "gid_map", OwnRanges("gid_map"));
            return;
        }
        var (user, group) = (Syscall.getuid(), Syscall.getgid());
        if (Subordinate(user) is { } maps)
        {
            // Only these two programs may map ids that are not one's own.
            RunMapper("newuidmap", process, user, maps.Users);
            RunMapper("newgidmap", process, group, maps.Groups);
            return;
        }
        Write(process, "uid_map", [(0, user, 1)]);
        File.WriteAllText($"/proc/{process}/setgroups", "deny");
        Write(process, "gid_map", [(0, group, 1)]);
    }

    private static IEnumerable<(long Inside, long Outside, long Size)> OwnRanges(string file) =>
        from line in File.ReadLines($"/proc/self/{file}")
        let numbers = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let first = long.Parse(numbers[0], CultureInfo.InvariantCulture)
        select (first, first, long.Parse(numbers[2], CultureInfo.InvariantCulture));

    private static void Write(int process, string file, IEnumerable<(long Inside, long Outside, long Size)> ranges) =>
        File.WriteAllText(
            $"/proc/{process}/{file}",
            string.Concat(ranges.Select(range => $"{range.Inside} {range.Outside} {range.Size}\n")));

    private static IdMaps? Subordinate(uint user)
    {
        try
        {
            return Syscall.getpwuid(user)?.pw_name is { } name ? SubordinateIds.Of(name, name) : null;
        }
        catch (StorageException failure) when (failure.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }

    private static void RunMapper(string program, int process, uint own, ImmutableArray<IdMap> ranges)
    {
        List<long> numbers = [process, 0, own, 1];
        foreach (var range in ranges) numbers.AddRange([range.ContainerId + 1, range.HostId, range.Size]);
        using var mapper = Process.Start(
            program, numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        mapper.WaitForExit();
        if (mapper.ExitCode == 0) return;
        throw new StorageException(StorageErrorKind.AccessDenied, $"{program}: exit status {mapper.ExitCode}");
    }
}
