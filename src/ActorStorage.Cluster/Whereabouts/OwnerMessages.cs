// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Whereabouts;

/// <summary>From the directory to its parts: who keeps which bucket from now on.</summary>
/// <param name="Owners">Among the members that can be reached.</param>
/// <param name="Whole">Among all members: who keeps it when everybody can be reached again. A member is the same object
/// here and there.</param>
internal sealed record OwnersAre(BucketOwners Owners, BucketOwners Whole) : ILocalMessage;

/// <summary>From a part that has just begun to the directory, which answers with <see cref="OwnersAre"/>.</summary>
internal sealed record OwnersWanted : ILocalMessage
{
    public static OwnersWanted Instance { get; } = new();
}

/// <summary>To the directory, which hands it on to whoever keeps the key's bucket.</summary>
internal sealed record ToOwner(DigestKey Key, IDirectoryMessage Message) : ILocalMessage;
