// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Cli.Parsing;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>What the options that map ids ask for.</summary>
/// <param name="HostUserIds">User ids are to be left as they are, whatever the parent has.</param>
/// <param name="HostGroupIds">Group ids likewise.</param>
/// <param name="Maps">The ranges that were given; empty for none.</param>
internal sealed record IdMapOptions(bool HostUserIds, bool HostGroupIds, IdMaps Maps)
{
    /// <exception cref="StorageException">The options contradict themselves, are malformed, or name a user without
    /// subordinate ids.</exception>
    public static IdMapOptions Read(OptionValues options)
    {
        var asked = new IdMapOptions(
            options.Flag(CommandOptions.HostUserIds), options.Flag(CommandOptions.HostGroupIds), IdMaps.None);
        var (users, groups) = (options.Text(CommandOptions.UserIdMap), options.Text(CommandOptions.GroupIdMap));
        var subUser = options.Text(CommandOptions.SubordinateUserIds);
        var subGroup = options.Text(CommandOptions.SubordinateGroupIds);
        if (asked.HostUserIds && users.Length + subUser.Length > 0)
        {
            throw Refusal("host uid map specified along with UID mapping");
        }
        if (asked.HostGroupIds && groups.Length + subGroup.Length > 0)
        {
            throw Refusal("host gid map specified along with GID mapping");
        }
        // One name stands for both, and what it stands for comes before the ranges.
        var (user, group) = (subUser.Length > 0 ? subUser : subGroup, subGroup.Length > 0 ? subGroup : subUser);
        var subordinate = user.Length > 0 ? SubordinateIds.Of(user, group) : IdMaps.None;
        return asked with
        {
            Maps = new IdMaps(
                [.. subordinate.Users, .. IdMapText.Parse(users, "uid")],
                [.. subordinate.Groups, .. IdMapText.Parse(groups, "gid")]),
        };
    }

    /// <summary>For a layer, whose parent says what nobody asked for.</summary>
    public WantedMaps Wanted => new(Half(HostUserIds, Maps.Users), Half(HostGroupIds, Maps.Groups));

    private static ImmutableArray<IdMap>? Half(bool host, ImmutableArray<IdMap> ranges) =>
        host || !ranges.IsEmpty ? ranges : null;

    private static StorageException Refusal(string message) => new(StorageErrorKind.Invalid, message);
}
