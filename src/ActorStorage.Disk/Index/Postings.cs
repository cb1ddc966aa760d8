// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// Which records carry a key: an immutable map from the key to the places of the records, ascending. It is made when it
/// is first asked for.
/// </summary>
internal sealed class Postings<TRecord>
    where TRecord : StoredRecord
{
    private readonly Func<TRecord, ImmutableArray<string>> _keys;
    private readonly Lazy<ImmutableDictionary<string, ImmutableArray<long>>> _places;

    /// <param name="keys">The keys of one record, each once.</param>
    /// <param name="records">With their places, ascending.</param>
    internal Postings(
        Func<TRecord, ImmutableArray<string>> keys, Func<IEnumerable<(long Place, TRecord Record)>> records) =>
        (_keys, _places) = (keys, new(() => Collect(keys, records())));

    private Postings(
        Func<TRecord, ImmutableArray<string>> keys, ImmutableDictionary<string, ImmutableArray<long>> places) =>
        (_keys, _places) = (keys, new(places));

    internal ImmutableArray<long> this[string key] => At(_places.Value, key);

    /// <summary>With another record at the place; null stands for none.</summary>
    /// <param name="records">All that there are then.</param>
    internal Postings<TRecord> With(
        long place, TRecord? old, TRecord? now, Func<IEnumerable<(long Place, TRecord Record)>> records)
    {
        if (!_places.IsValueCreated) return new(_keys, records);
        var (from, to) = (old is null ? [] : _keys(old), now is null ? [] : _keys(now));
        if (from.SequenceEqual(to, StringComparer.Ordinal)) return this;
        var moved = _places.Value;
        foreach (var key in from)
        {
            var left = At(moved, key).Remove(place);
            moved = left.IsEmpty ? moved.Remove(key) : moved.SetItem(key, left);
        }
        foreach (var key in to)
        {
            var places = At(moved, key);
            moved = moved.SetItem(key, places.Insert(~places.BinarySearch(place), place));
        }
        return new(_keys, moved);
    }

    private static ImmutableArray<long> At(ImmutableDictionary<string, ImmutableArray<long>> places, string key) =>
        places.TryGetValue(key, out var found) ? found : [];

    private static ImmutableDictionary<string, ImmutableArray<long>> Collect(
        Func<TRecord, ImmutableArray<string>> keys, IEnumerable<(long Place, TRecord Record)> records)
    {
        var places = new Dictionary<string, ImmutableArray<long>.Builder>(StringComparer.Ordinal);
        foreach (var (place, record) in records)
        {
            foreach (var key in keys(record))
            {
                if (!places.TryGetValue(key, out var list)) places[key] = list = ImmutableArray.CreateBuilder<long>(1);
                list.Add(place);
            }
        }
        return places.ToImmutableDictionary(
            each => each.Key, each => each.Value.DrainToImmutable(), StringComparer.Ordinal);
    }
}
