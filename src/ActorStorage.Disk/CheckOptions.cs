// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>How a store is to be checked.</summary>
/// <param name="UnreferencedAgeMax">How long a layer may be there without an image or a container that needs it. Not
/// zero while somebody may be pulling: the layers of an image come before the image.</param>
/// <param name="Quick">Leave out the comparison of every layer's tree with what its archives say. Archives are rebuilt
/// and verified all the same.</param>
public sealed record CheckOptions(TimeSpan UnreferencedAgeMax, bool Quick = false)
{
    public static CheckOptions Default { get; } = new(TimeSpan.FromHours(24));
}
