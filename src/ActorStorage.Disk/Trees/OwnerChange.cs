// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Trees;

/// <summary>Files whose ids lie on the host by some maps shall lie there by others.</summary>
public sealed record OwnerChange(IdMaps From, IdMaps To)
{
    public static OwnerChange None { get; } = new(IdMaps.None, IdMaps.None);

    public bool IsNone => From == To;

    /// <summary>
    /// The new owner. An id of the container that has no place on the host becomes <see cref="IdMaps.Overflow"/>. Who
    /// has no place in the container stays who he is, except for root of the host: his files should have been the
    /// container's root's, and were made by somebody who knew nothing of maps, such as the kernel.
    /// </summary>
    public (uint UserId, uint GroupId) Of(uint userId, uint groupId)
    {
        if (IsNone) return (userId, groupId);
        var inside = From.TryToContainer(userId, groupId);
        if (inside is null && (userId, groupId) != (0, 0)) return (userId, groupId);
        var (user, group) = inside ?? (0, 0);
        return To.ToHostOrOverflow(user, group);
    }
}
