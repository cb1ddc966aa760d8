// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>
/// The options that map ids. "Force host map" is what layers without a mapping have anyway; mappings proper are checked
/// and refused, since a layer that only looks mapped would be worse than none.
/// </summary>
internal static class IdMapOptions
{
    private const int NumbersPerRange = 3;

    /// <exception cref="StorageException">The options contradict themselves, are malformed, or ask for a
    /// mapping.</exception>
    public static void Check(OptionValues options)
    {
        var users = options.Text(CommandOptions.UserIdMap);
        var groups = options.Text(CommandOptions.GroupIdMap);
        var subordinate = options.Text(CommandOptions.SubordinateUserIds).Length > 0
            || options.Text(CommandOptions.SubordinateGroupIds).Length > 0;
        if (options.Flag(CommandOptions.HostUserIds) && (users.Length > 0 || subordinate))
        {
            throw Refusal("host uid map specified along with UID mapping");
        }
        if (options.Flag(CommandOptions.HostGroupIds) && (groups.Length > 0 || subordinate))
        {
            throw Refusal("host gid map specified along with GID mapping");
        }
        CheckRanges(users, "uid");
        CheckRanges(groups, "gid");
        if (users.Length == 0 && groups.Length == 0 && !subordinate) return;
        throw new StorageException(StorageErrorKind.NotSupported, "ID mappings: not supported yet");
    }

    private static void CheckRanges(string map, string kind)
    {
        if (map.Length == 0) return;
        var numbers = map.Split(':');
        if (numbers.Length % NumbersPerRange == 0 && numbers.All(number => uint.TryParse(number, out _))) return;
        throw Refusal(
            $"initializing ID mappings: {kind} setting is malformed expected " +
            $"[\"uint32:uint32:uint32\"]: [{Quoted.Text(map)}]");
    }

    private static StorageException Refusal(string message) => new(StorageErrorKind.Invalid, message);
}
