// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The maps below a <see cref="LayerIndex"/>. Every record has a place, a number that orders it within its document and
/// never changes; all other maps lead to places, so that replacing a record touches only what it changed. Maps that
/// many a load never asks for are made when they are first asked for.
/// </summary>
internal sealed record LayerMaps(
    long NextPlace,
    ImmutableSortedDictionary<long, LayerRecord> Stable,
    ImmutableSortedDictionary<long, LayerRecord> Volatile,
    ImmutableDictionary<LayerId, long> Ids,
    ImmutableDictionary<string, long> Names,
    Lazy<ImmutableSortedSet<string>> Prefixes,
    Lazy<Postings<Digest>> DiffDigests,
    Lazy<Postings<Digest>> CompressedDigests,
    Lazy<Postings<Digest>> TocDigests,
    Lazy<Postings<LayerId>> Children)
{
    internal static LayerMaps Empty { get; } = Of([]);

    internal LayerRecord this[long place] => Stable.TryGetValue(place, out var record) ? record : Volatile[place];

    /// <param name="records">With their places, ascending.</param>
    internal static LayerMaps Of(IReadOnlyCollection<(long Place, LayerRecord Record)> records) => new(
        records.Count,
        Ordered(records, isVolatile: false),
        Ordered(records, isVolatile: true),
        records.ToImmutableDictionary(each => each.Record.Id, each => each.Place),
        records.SelectMany(each => each.Record.Names.Select(name => KeyValuePair.Create(name, each.Place)))
            .ToImmutableDictionary(StringComparer.Ordinal),
        new(() => PrefixesOf(records)),
        new(() => Postings<Digest>.Of(records, record => record.DiffDigest)),
        new(() => Postings<Digest>.Of(records, record => record.CompressedDigest)),
        new(() => Postings<Digest>.Of(records, record => record.TocDigest)),
        new(() => Postings<LayerId>.Of(records, record => record.Parent)));

    /// <summary>With the record at the place instead of the old one; null stands for none.</summary>
    internal LayerMaps With(long place, LayerRecord? old, LayerRecord? now)
    {
        var record = now ?? old ?? throw new ArgumentNullException(nameof(now));
        var stable = record.Volatile ? Stable : Put(Stable, place, now);
        var @volatile = record.Volatile ? Put(Volatile, place, now) : Volatile;
        return new(
            old is null ? NextPlace + 1 : NextPlace,
            stable,
            @volatile,
            old is null ? Ids.Add(record.Id, place) : now is null ? Ids.Remove(record.Id) : Ids,
            Names.RemoveRange(old?.Names ?? [])
                .SetItems((now?.Names ?? []).Select(name => KeyValuePair.Create(name, place))),
            PrefixesWith(),
            Moved(DiffDigests, each => each.DiffDigest),
            Moved(CompressedDigests, each => each.CompressedDigest),
            Moved(TocDigests, each => each.TocDigest),
            Moved(Children, each => each.Parent));

        IEnumerable<(long Place, LayerRecord Record)> All() =>
            stable.Concat(@volatile).Select(each => (each.Key, each.Value));

        Lazy<Postings<TKey>> Moved<TKey>(Lazy<Postings<TKey>> postings, Func<LayerRecord, TKey?> key)
            where TKey : struct => postings.IsValueCreated
            ? new(postings.Value.Move(old is null ? null : key(old), now is null ? null : key(now), place))
            : new(() => Postings<TKey>.Of(All(), key));

        Lazy<ImmutableSortedSet<string>> PrefixesWith()
        {
            if (!Prefixes.IsValueCreated) return new(() => PrefixesOf(All()));
            if (now is null) return new(Prefixes.Value.Remove(record.Id.Value));
            return old is null && HasPrefixes(record) ? new(Prefixes.Value.Add(record.Id.Value)) : Prefixes;
        }
    }

    private static ImmutableSortedDictionary<long, LayerRecord> Put(
        ImmutableSortedDictionary<long, LayerRecord> document, long place, LayerRecord? record) =>
        record is null ? document.Remove(place) : document.SetItem(place, record);

    private static ImmutableSortedDictionary<long, LayerRecord> Ordered(
        IEnumerable<(long Place, LayerRecord Record)> records, bool isVolatile) =>
        records.Where(each => each.Record.Volatile == isVolatile)
            .ToImmutableSortedDictionary(each => each.Place, each => each.Record);

    private static ImmutableSortedSet<string> PrefixesOf(IEnumerable<(long Place, LayerRecord Record)> records) =>
        records.Where(each => HasPrefixes(each.Record)).Select(each => each.Record.Id.Value)
            .ToImmutableSortedSet(StringComparer.Ordinal);

    private static bool HasPrefixes(LayerRecord record) => !record.Id.Value.Contains(' ', StringComparison.Ordinal);
}
