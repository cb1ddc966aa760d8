// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Copying;

/// <summary>Whom a copy belongs to: the same owner as seen from inside, or one that was asked for.</summary>
/// <param name="Asked">Ids inside the target, or null for those of the source.</param>
internal sealed record CopyOwners(IdMaps Source, IdMaps Target, (uint UserId, uint GroupId)? Asked)
{
    /// <exception cref="StorageException">Invalid: an id has no place in a map.</exception>
    internal (uint UserId, uint GroupId) Of(FileStatus source)
    {
        var (user, group) = Asked ?? Source.ToContainer(source.UserId, source.GroupId);
        return Target.ToHost(user, group);
    }

    /// <summary>For directories that are made on the way to the target; as the Go tool does it, what was asked for is
    /// taken for ids of the host there.</summary>
    internal (uint UserId, uint GroupId) OfTop => Asked ?? Target.RootOnHost;
}
