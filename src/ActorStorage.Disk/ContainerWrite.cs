// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk;

/// <summary>
/// One change of the container store. Many of them share one lock hold and one index write. A <c>Container</c> that is
/// a text is an id, a name, the id of the container's layer, or the beginning of one id only.
/// </summary>
public abstract record ContainerWrite
{
    /// <param name="Image">Resolved; null for a container that is made from nothing.</param>
    /// <param name="Layer">The container's own, which is there already.</param>
    public sealed record Create(NewContainer Container, ImageId? Image, LayerId Layer) : ContainerWrite;

    public sealed record ChangeNames(string Container, NamesChange Change, ImmutableArray<string> Names)
        : ContainerWrite;

    public sealed record SetMetadata(string Container, string Metadata) : ContainerWrite;

    public sealed record SetBigData(string Container, string Key, ReadOnlyMemory<byte> Value) : ContainerWrite;

    /// <summary>The record, its data and its directories; the layer is the layer store's business.</summary>
    public sealed record Delete(ContainerId Container) : ContainerWrite;
}
