// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>
/// The layers of all additional stores, in the order in which they are asked: the first that knows an answer gives it.
/// A value. Ids and names may be the same in several stores, and in the store that is written to, which comes first.
/// </summary>
public sealed class ReadOnlyLayers(ImmutableArray<LayerIndex> stores)
{
    public static ReadOnlyLayers None { get; } = new([]);

    /// <summary>In the order in which they are asked.</summary>
    public ImmutableArray<LayerIndex> Stores => stores;

    public IEnumerable<LayerRecord> Layers => stores.SelectMany(store => store.Layers);

    public LayerRecord? Find(LayerId id) => First(store => store.Find(id));

    /// <summary>In each store by id, name or the beginning of an id; only then in the next.</summary>
    public LayerRecord? Resolve(string idNameOrPrefix) => First(store => store.Resolve(idNameOrPrefix));

    public IEnumerable<LayerRecord> FindByDiffDigest(Digest digest) =>
        stores.SelectMany(store => store.FindByDiffDigest(digest));

    public IEnumerable<LayerRecord> FindByCompressedDigest(Digest digest) =>
        stores.SelectMany(store => store.FindByCompressedDigest(digest));

    public IEnumerable<LayerRecord> FindByTocDigest(Digest digest) =>
        stores.SelectMany(store => store.FindByTocDigest(digest));

    private LayerRecord? First(Func<LayerIndex, LayerRecord?> find)
    {
        foreach (var store in stores)
        {
            if (find(store) is { } found) return found;
        }
        return null;
    }
}
