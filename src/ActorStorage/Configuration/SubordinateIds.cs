// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Mono.Unix.Native;

namespace ActorStorage.Configuration;

/// <summary>
/// The ranges of ids that /etc/subuid and /etc/subgid set aside for a user: lines of <c>NAME-OR-ID:FIRST:SIZE</c>.
/// Inside, the ranges lie one behind the other, lowest on the host first.
/// </summary>
public static class SubordinateIds
{
    private const string UserFile = "/etc/subuid";
    private const string GroupFile = "/etc/subgid";

    /// <param name="user">A name.</param>
    /// <param name="group">A name; usually the same.</param>
    /// <exception cref="StorageException">NotFound: a file has nothing for that name. Invalid: it is
    /// malformed.</exception>
    public static IdMaps Of(string user, string group) => Of(user, group, UserFile, GroupFile);

    /// <summary>Likewise, from other files.</summary>
    public static IdMaps Of(string user, string group, string userFile, string groupFile)
    {
        var users = Ranges(userFile, user);
        if (users.IsEmpty) throw Nothing("subuid", "user", user, userFile);
        var groups = Ranges(groupFile, group);
        return groups.IsEmpty ? throw Nothing("subgid", "group", group, groupFile) : new IdMaps(users, groups);
    }

    private static ImmutableArray<IdMap> Ranges(string file, string name)
    {
        var id = Syscall.getpwnam(name)?.pw_uid.ToString(CultureInfo.InvariantCulture);
        var inside = 0L;
        var maps = ImmutableArray.CreateBuilder<IdMap>();
        foreach (var (first, size) in Lines(file).Where(line => line.Name == name || line.Name == id)
            .Select(line => (line.First, line.Size)).Order())
        {
            maps.Add(new IdMap(inside, first, size));
            inside += size;
        }
        return maps.DrainToImmutable();
    }

    private static IEnumerable<(string Name, long First, long Size)> Lines(string file)
    {
        if (!File.Exists(file))
        {
            throw new StorageException(StorageErrorKind.NotFound, $"open {file}: no such file or directory", file);
        }
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var parts = line.Split(':');
            if (parts.Length == 3 && Number(parts[1]) is { } first && Number(parts[2]) is { } size)
            {
                yield return (parts[0], first, size);
            }
            else
            {
                throw new StorageException(
                    StorageErrorKind.Invalid,
                    $"cannot parse subuid/gid information: Format not correct for {file} file", file);
            }
        }
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static StorageException Nothing(string what, string whose, string name, string file) => new(
        StorageErrorKind.NotFound, $"no {what} ranges found for {whose} {Quoted.Text(name)} in {file}", file);
}
