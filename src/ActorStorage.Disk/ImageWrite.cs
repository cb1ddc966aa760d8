// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>One change of an image store. Many of them share one lock hold and one index write. An <c>Image</c> is an
/// id, a name, or the beginning of one id only.</summary>
public abstract record ImageWrite
{
    /// <param name="TopLayer">Resolved; null for an image without layers.</param>
    /// <param name="Foreign">
    /// The image with the same id in another store, if there is one: what is not said of the new image is taken from
    /// it.
    /// </param>
    public sealed record Create(NewImage Image, LayerId? TopLayer, ForeignImage? Foreign = null) : ImageWrite;

    /// <summary>Enters another store's image, so that it can be changed. Nothing happens when its id is
    /// there.</summary>
    public sealed record Adopt(ForeignImage Foreign) : ImageWrite;

    public sealed record ChangeNames(string Image, NamesChange Change, ImmutableArray<string> Names) : ImageWrite;

    public sealed record SetMetadata(string Image, string Metadata) : ImageWrite;

    public sealed record SetBigData(string Image, NewBigData Item) : ImageWrite;

    /// <summary>The record and its data; layers are the layer store's business.</summary>
    public sealed record Delete(string Image) : ImageWrite;

    /// <summary>Enters a copy of the top layer whose owners are mapped otherwise.</summary>
    public sealed record AddMappedLayer(string Image, LayerId Layer) : ImageWrite;

    public sealed record RemoveMappedLayer(string Image, LayerId Layer) : ImageWrite;
}

/// <summary>An image of another store with its data, read under that store's lock.</summary>
public sealed record ForeignImage(ImageRecord Record, ImmutableArray<NewBigData> BigData);
