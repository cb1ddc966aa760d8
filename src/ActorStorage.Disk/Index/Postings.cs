// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>Which records carry a key: an immutable map from the key to the places of the records, ascending.</summary>
internal sealed class Postings<TKey>
    where TKey : struct
{
    private readonly ImmutableDictionary<TKey, ImmutableArray<long>> _places;

    private Postings(ImmutableDictionary<TKey, ImmutableArray<long>> places) => _places = places;

    internal static Postings<TKey> Empty { get; } = new(ImmutableDictionary<TKey, ImmutableArray<long>>.Empty);

    internal ImmutableArray<long> this[TKey key] => _places.TryGetValue(key, out var places) ? places : [];

    /// <param name="records">With their places, ascending.</param>
    internal static Postings<TKey> Of(
        IEnumerable<(long Place, LayerRecord Record)> records, Func<LayerRecord, TKey?> key)
    {
        var places = new Dictionary<TKey, ImmutableArray<long>.Builder>();
        foreach (var (place, record) in records)
        {
            if (key(record) is not { } known) continue;
            if (!places.TryGetValue(known, out var list)) places[known] = list = ImmutableArray.CreateBuilder<long>(1);
            list.Add(place);
        }
        return new(places.ToImmutableDictionary(each => each.Key, each => each.Value.DrainToImmutable()));
    }

    /// <summary>The record at the place no longer carries the one key, and now carries the other.</summary>
    internal Postings<TKey> Move(TKey? from, TKey? to, long place)
    {
        if (EqualityComparer<TKey?>.Default.Equals(from, to)) return this;
        var moved = _places;
        if (from is { } old)
        {
            var left = this[old].Remove(place);
            moved = left.IsEmpty ? moved.Remove(old) : moved.SetItem(old, left);
        }
        if (to is { } added)
        {
            var places = this[added];
            moved = moved.SetItem(added, places.Insert(~places.BinarySearch(place), place));
        }
        return new(moved);
    }
}
