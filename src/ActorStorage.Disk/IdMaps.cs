// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>
/// How user and group ids inside a container lie on the host. Empty maps leave ids as they are. An immutable value;
/// ids are unsigned 32-bit numbers.
/// </summary>
/// <param name="Users">Ranges of user ids; empty for none.</param>
/// <param name="Groups">Ranges of group ids; empty for none.</param>
public sealed record IdMaps(ImmutableArray<IdMap> Users, ImmutableArray<IdMap> Groups)
{
    /// <summary>What the kernel shows for owners that have no place in a map.</summary>
    public const uint Overflow = 65534;

    public static IdMaps None { get; } = new([], []);

    public bool IsEmpty => Users.IsDefaultOrEmpty && Groups.IsDefaultOrEmpty;

    /// <summary>Where the container's root lies. A map of one id alone stands for root, whatever id it names.</summary>
    public (uint UserId, uint GroupId) RootOnHost => (Root(Users), Root(Groups));

    /// <exception cref="StorageException">Invalid: an id has no place on the host.</exception>
    public (uint UserId, uint GroupId) ToHost(long userId, long groupId) => (
        Find(Users, userId, toHost: true) ?? throw NotMapped("uid", userId, "host"),
        Find(Groups, groupId, toHost: true) ?? throw NotMapped("gid", groupId, "host"));

    /// <summary>Whether a user of the host has a place in the container.</summary>
    public bool HasUser(long userIdOnHost) => Find(Users, userIdOnHost, toHost: false) is not null;

    /// <summary>Whether a group of the host has a place in the container.</summary>
    public bool HasGroup(long groupIdOnHost) => Find(Groups, groupIdOnHost, toHost: false) is not null;

    /// <returns>Null when an id has no place in the container.</returns>
    public (uint UserId, uint GroupId)? TryToContainer(long userId, long groupId) =>
        Find(Users, userId, toHost: false) is { } user && Find(Groups, groupId, toHost: false) is { } group
            ? (user, group)
            : null;

    /// <exception cref="StorageException">Invalid: an id has no place in the container.</exception>
    public (uint UserId, uint GroupId) ToContainer(long userId, long groupId) => (
        Find(Users, userId, toHost: false) ?? throw NotMapped("uid", userId, "container"),
        Find(Groups, groupId, toHost: false) ?? throw NotMapped("gid", groupId, "container"));

    /// <summary>
    /// As <see cref="ToHost"/>; an id that has no place becomes <see cref="Overflow"/>, each of the two by itself.
    /// </summary>
    public (uint UserId, uint GroupId) ToHostOrOverflow(long userId, long groupId) => (
        Find(Users, userId, toHost: true) ?? Overflow, Find(Groups, groupId, toHost: true) ?? Overflow);

    /// <summary>The same in the other direction.</summary>
    public (uint UserId, uint GroupId) ToContainerOrOverflow(long userId, long groupId) => (
        Find(Users, userId, toHost: false) ?? Overflow, Find(Groups, groupId, toHost: false) ?? Overflow);

    /// <exception cref="StorageException">Invalid: two ranges of one map overlap, on either side.</exception>
    public void CheckRanges()
    {
        CheckRanges(Users);
        CheckRanges(Groups);
    }

    public bool Equals(IdMaps? other) => other is not null && Same(Users, other.Users) && Same(Groups, other.Groups);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var map in Users.IsDefault ? [] : Users) hash.Add(map);
        foreach (var map in Groups.IsDefault ? [] : Groups) hash.Add(map);
        return hash.ToHashCode();
    }

    private static bool Same(ImmutableArray<IdMap> left, ImmutableArray<IdMap> right) =>
        left.IsDefaultOrEmpty ? right.IsDefaultOrEmpty : !right.IsDefault && left.SequenceEqual(right);

    private static uint Root(ImmutableArray<IdMap> maps) => maps switch
    {
        { IsDefaultOrEmpty: true } => 0,
        [{ Size: 1 } only] => IsId(only.HostId) ? (uint)only.HostId : Overflow,
        _ => Find(maps, 0, toHost: true) ?? 0,
    };

    private static uint? Find(ImmutableArray<IdMap> maps, long id, bool toHost)
    {
        if (maps.IsDefaultOrEmpty) return id is >= 0 and <= uint.MaxValue ? (uint)id : null;
        foreach (var map in maps)
        {
            var (from, to) = toHost ? (map.ContainerId, map.HostId) : (map.HostId, map.ContainerId);
            if (id < from || map.Size <= 0) continue;
            // The difference of two numbers of 64 bits has a place in 64 bits without a sign.
            var offset = (ulong)(id - from);
            if (offset >= (ulong)map.Size) continue;
            // The Go tools take maps that lead past the last id, and their ids begin again at that of root.
            return offset <= uint.MaxValue && IsId(to) && IsId(to + (long)offset) ? (uint)(to + (long)offset) : null;
        }
        return null;
    }

    /// <summary>Without the last number, which tells chown(2) to leave the owner as he is.</summary>
    private static bool IsId(long id) => id is >= 0 and < uint.MaxValue;

    private static void CheckRanges(ImmutableArray<IdMap> maps)
    {
        if (maps.IsDefaultOrEmpty) return;
        for (var i = 0; i < maps.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (!Overlap(maps[i].ContainerId, maps[i].Size, maps[j].ContainerId, maps[j].Size)
                    && !Overlap(maps[i].HostId, maps[i].Size, maps[j].HostId, maps[j].Size))
                {
                    continue;
                }
                var (container, host, size) = maps[i];
                throw new StorageException(StorageErrorKind.Invalid, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the specified UID and/or GID mapping {container}:{host}:{size} conflicts with other mappings: "
                        + $"invalid mappings specified"));
            }
        }
    }

    private static bool Overlap(long left, long leftSize, long right, long rightSize) =>
        left < (Int128)right + rightSize && right < (Int128)left + leftSize;

    private static StorageException NotMapped(string kind, long id, string side) => new(
        StorageErrorKind.Invalid,
        string.Create(CultureInfo.InvariantCulture, $"{kind} {id} cannot be mapped to a {side} ID"));
}
