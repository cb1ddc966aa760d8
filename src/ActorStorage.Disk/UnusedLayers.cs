// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>A layer that goes, or would go.</summary>
/// <param name="DiskBytes">What it takes up, as far as that was known.</param>
public sealed record UnusedLayer(LayerId Layer, long DiskBytes, DateTimeOffset LastUsed);

/// <summary>Which layers go when room is wanted: of those that nothing holds the least recently used first, and no more
/// than needed.</summary>
public static class UnusedLayers
{
    /// <param name="layers">Of the store that may be written.</param>
    /// <param name="sizes">What each takes up; one that is missing counts as nothing.</param>
    /// <param name="targetBytes">How much room is wanted.</param>
    /// <param name="unusedSince">What was used or made after this stays: the record that it is for may be about to be
    /// written.</param>
    /// <param name="countMax">At most so many.</param>
    /// <returns>Children before their parents. Less than the target when there is no more.</returns>
    public static ImmutableArray<UnusedLayer> Choose(
        IReadOnlyCollection<LayerRecord> layers, LayerHolders holders, LayerUse use,
        IReadOnlyDictionary<LayerId, long> sizes, long targetBytes, DateTimeOffset unusedSince, int countMax)
    {
        var records = layers.ToDictionary(layer => layer.Id);
        var children = layers.Where(layer => layer.Parent is not null)
            .GroupBy(layer => layer.Parent!.Value).ToDictionary(same => same.Key, same => same.Count());
        var next = new PriorityQueue<LayerRecord, (DateTimeOffset, string)>();
        foreach (var layer in layers) Consider(layer);
        var chosen = ImmutableArray.CreateBuilder<UnusedLayer>();
        var freedBytes = 0L;
        while (freedBytes < targetBytes && chosen.Count < countMax && next.TryDequeue(out var layer, out var order))
        {
            chosen.Add(new UnusedLayer(layer.Id, sizes.GetValueOrDefault(layer.Id), order.Item1));
            freedBytes += sizes.GetValueOrDefault(layer.Id);
            // Nothing is built on its parent any more, perhaps.
            if (layer.Parent is not { } parent || !records.TryGetValue(parent, out var below)) continue;
            children[parent]--;
            Consider(below);
        }
        return chosen.ToImmutable();

        void Consider(LayerRecord layer)
        {
            if (children.GetValueOrDefault(layer.Id) > 0 || layer.Incomplete) return;
            // A child that another store has, and this one has not, holds it as well.
            if (holders.Of(layer.Id).Any(holder => holder.Kind != LayerHolderKind.Layer || !IsOwn(holder))) return;
            var lastUsed = use.LastUsed(layer.Id) ?? DateTimeOffset.FromUnixTimeSeconds(layer.Created.Moment.Seconds);
            if (lastUsed <= unusedSince) next.Enqueue(layer, (lastUsed, layer.Id.Value));
        }

        bool IsOwn(LayerHolder holder) => records.ContainsKey(new LayerId(holder.Holder));
    }
}
