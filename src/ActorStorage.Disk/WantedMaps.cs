// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Which id maps a new layer shall have, users and groups apart.</summary>
/// <param name="Users">Null for those of the parent, or of the store when there is no parent; empty for none: ids are
/// those of the host.</param>
/// <param name="Groups">Likewise.</param>
public sealed record WantedMaps(ImmutableArray<IdMap>? Users, ImmutableArray<IdMap>? Groups)
{
    public static WantedMaps Inherited { get; } = new(null, null);

    public static WantedMaps Host { get; } = Of(IdMaps.None);

    /// <summary>Whether nothing has to be known of the parent's maps.</summary>
    public bool AreExplicit => Users is not null && Groups is not null;

    public static WantedMaps Of(IdMaps maps) => new(
        maps.Users.IsDefault ? [] : maps.Users, maps.Groups.IsDefault ? [] : maps.Groups);

    /// <param name="inherited">The parent's maps, or the store's when there is no parent.</param>
    public IdMaps Resolve(IdMaps inherited) => new(Users ?? inherited.Users, Groups ?? inherited.Groups);
}
