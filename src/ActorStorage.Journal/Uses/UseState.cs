// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;

namespace ActorStorage.Journal.Uses;

/// <summary>The last use of each layer, and the origin of each layer and image.</summary>
internal sealed class UseState
{
    private readonly Dictionary<LayerId, LayerUsed> _uses = [];
    private readonly Dictionary<(StoreKind Store, string Id), Provenance> _origins = [];

    public IReadOnlyCollection<LayerUsed> Uses => _uses.Values;

    public LayerUsed? LastUseOf(LayerId layer) => _uses.GetValueOrDefault(layer);

    public Provenance? OriginOf(StoreKind store, string id) => _origins.GetValueOrDefault((store, id));

    public UseSnapshot ToSnapshot() => new([.. _uses.Values], [.. _origins.Values]);

    public void Restore(UseSnapshot snapshot)
    {
        _uses.Clear();
        _origins.Clear();
        Apply(new LayersUsed(snapshot.Uses));
        foreach (var origin in snapshot.Origins) Apply(new ItemPut(origin));
    }

    public void Apply(UseEvent step)
    {
        switch (step)
        {
            case LayersUsed used:
                foreach (var use in used.Uses) _uses[use.Layer] = use;
                break;
            case ItemPut { Provenance: var origin }:
                _origins[(origin.Store, origin.Id)] = origin;
                break;
        }
    }

    /// <summary>Of what is not in the store any more nothing need be known. What is known from later than that is of
    /// another with the same id.</summary>
    /// <returns>The layers that were known.</returns>
    public IReadOnlyList<LayerId> Forget(Func<StoreKind, string, bool> isGone, DateTimeOffset at)
    {
        foreach (var ((store, id), origin) in _origins)
        {
            if (origin.At <= at && isGone(store, id)) _origins.Remove((store, id));
        }
        LayerId[] gone = [.. _uses.Values.Where(use => use.At <= at && isGone(StoreKind.Layers, use.Layer.Value))
            .Select(use => use.Layer)];
        foreach (var layer in gone) _uses.Remove(layer);
        return gone;
    }
}
