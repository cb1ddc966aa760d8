// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The records of one document in their order, each with its place. An immutable value. As long as it is what was
/// loaded it is two arrays; the map is made when a record is first looked up or changed, because many a load is only
/// listed.
/// </summary>
internal sealed class PlacedRecords<TRecord> : IReadOnlyCollection<TRecord>
    where TRecord : class
{
    private readonly TRecord[]? _records;
    private readonly Lazy<ImmutableSortedDictionary<long, TRecord>> _byPlace;

    /// <param name="places">Of the records, ascending.</param>
    internal PlacedRecords(TRecord[] records, long[] places)
    {
        _records = records;
        _byPlace = new(() =>
        {
            var map = ImmutableSortedDictionary.CreateBuilder<long, TRecord>();
            for (var i = 0; i < records.Length; i++) map.Add(places[i], records[i]);
            return map.ToImmutable();
        });
    }

    private PlacedRecords(ImmutableSortedDictionary<long, TRecord> byPlace) => _byPlace = new(byPlace);

    public int Count => _records?.Length ?? _byPlace.Value.Count;

    internal TRecord this[long place] => _byPlace.Value[place];

    internal IEnumerable<(long Place, TRecord Record)> Pairs =>
        _byPlace.Value.Select(each => (each.Key, each.Value));

    public IEnumerator<TRecord> GetEnumerator() =>
        (_records ?? _byPlace.Value.Values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal PlacedRecords<TRecord> With(long place, TRecord record) => new(_byPlace.Value.SetItem(place, record));

    internal PlacedRecords<TRecord> Without(long place) => new(_byPlace.Value.Remove(place));
}
