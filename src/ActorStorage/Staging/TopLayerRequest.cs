// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Staging;

/// <summary>What a maker of top layers is asked for.</summary>
/// <param name="Container">Null when only a layer for a mount is wanted.</param>
/// <param name="Image">Empty for a container that is made of nothing.</param>
/// <param name="Maps">How ids shall lie on the host.</param>
internal sealed record TopLayerRequest(
    NewContainer? Container, string Image, WantedMaps Maps, CancellationToken Cancellation)
{
    /// <summary>For messages.</summary>
    public string Name => Container is { } container ? $"container {container.Id}" : $"image {Image}";

    public static TopLayerRequest Of(StagingProtocol.IStagingCommand request) => request switch
    {
        StagingProtocol.CreateContainer create => new TopLayerRequest(
            create.Container, create.Container.Image ?? "", create.Container.Maps, create.Cancellation),
        StagingProtocol.EnsureTopLayer ensure => new TopLayerRequest(
            null, ensure.Image, ensure.Maps, ensure.Cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "needs no top layer"),
    };
}
