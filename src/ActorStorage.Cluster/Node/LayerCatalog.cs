// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cluster.Node;

/// <summary>The layers of a store at one point in time, by the digests of their contents.</summary>
internal sealed class LayerCatalog
{
    // A question for each of so many costs less than a list of ten thousand.
    private const int FewMax = 100;
    private readonly ILookup<Digest, LayerRecord> _byDigest;
    private readonly Dictionary<LayerId, LayerRecord> _byId;

    public LayerCatalog(IEnumerable<LayerRecord> layers)
    {
        var whole = layers.Where(layer => !layer.Incomplete).ToList();
        _byDigest = whole.Where(layer => layer.DiffDigest is not null).ToLookup(layer => layer.DiffDigest!.Value);
        // An additional store may have a layer too.
        _byId = whole.DistinctBy(layer => layer.Id).ToDictionary(layer => layer.Id);
    }

    /// <summary>What stands to these digests in the store, or all of it when they are many.</summary>
    public static async Task<LayerCatalog> OfAsync(
        StorageClient client, IReadOnlyCollection<Digest> digests, CancellationToken cancellation)
    {
        if (digests.Count > FewMax)
            return new LayerCatalog(await client.ListLayersAsync(cancellation).ConfigureAwait(false));
        var found = await Task.WhenAll(digests.Distinct().Select(
            digest => client.FindLayersByDigestAsync(digest, cancellation))).ConfigureAwait(false);
        return new LayerCatalog(found.SelectMany(layers => layers));
    }

    public bool Has(Digest digest) => _byDigest.Contains(digest);

    /// <summary>A layer with these contents, whatever is below it; null for none.</summary>
    public LayerId? Find(Digest digest) => Record(digest)?.Id;

    /// <inheritdoc cref="Find(Digest)"/>
    public LayerRecord? Record(Digest digest) => _byDigest[digest].FirstOrDefault();

    /// <summary>The layer that stands on those with these contents; null for none.</summary>
    /// <param name="chain">The lowest first, that of the layer last.</param>
    public LayerId? Find(IReadOnlyList<Digest> chain)
    {
        HashSet<LayerId?> below = [null];
        List<LayerRecord> found = [];
        foreach (var digest in chain)
        {
            found = [.. _byDigest[digest].Where(layer => below.Contains(layer.Parent))];
            if (found.Count == 0) return null;
            below = [.. found.Select(layer => (LayerId?)layer.Id)];
        }
        return found.FirstOrDefault(layer => layer.Id == ChainId.Of(layer.Parent, chain[^1]))?.Id
            ?? found.FirstOrDefault()?.Id;
    }

    /// <summary>The layer and all below it.</summary>
    public IEnumerable<LayerId> DownFrom(LayerId layer)
    {
        var seen = new HashSet<LayerId>();
        for (LayerId? at = layer; at is { } id && seen.Add(id); at = _byId.GetValueOrDefault(id)?.Parent)
            yield return id;
    }
}
