// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Trees;

/// <summary>Files whose ids lie on the host by some maps shall lie there by others.</summary>
public sealed record OwnerChange(IdMaps From, IdMaps To)
{
    public static OwnerChange None { get; } = new(IdMaps.None, IdMaps.None);

    public bool IsNone => From == To;

    /// <summary>The new owner. What has no place in one of the maps becomes <see cref="IdMaps.Overflow"/>.</summary>
    public (uint UserId, uint GroupId) Of(uint userId, uint groupId)
    {
        if (IsNone) return (userId, groupId);
        var (user, group) = From.ToContainerOrOverflow(userId, groupId);
        return To.ToHostOrOverflow(user, group);
    }
}
