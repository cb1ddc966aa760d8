// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The maps below a <see cref="LayerIndex"/>. Every record has a place, a number that orders it within its document and
/// never changes; all other maps lead to places, so that replacing a record touches only what it changed.
/// </summary>
internal sealed record LayerMaps(
    long NextPlace,
    ImmutableSortedDictionary<long, LayerRecord> Stable,
    ImmutableSortedDictionary<long, LayerRecord> Volatile,
    ImmutableDictionary<LayerId, long> Ids,
    ImmutableSortedSet<string> Prefixes,
    ImmutableDictionary<string, long> Names,
    Postings<Digest> DiffDigests,
    Postings<Digest> CompressedDigests,
    Postings<Digest> TocDigests,
    Postings<LayerId> Children)
{
    internal static LayerMaps Empty { get; } = Of([]);

    internal LayerRecord this[long place] => Stable.TryGetValue(place, out var record) ? record : Volatile[place];

    internal static LayerMaps Of(IReadOnlyCollection<(long Place, LayerRecord Record)> records) => new(
        records.Count,
        Ordered(records, isVolatile: false),
        Ordered(records, isVolatile: true),
        records.ToImmutableDictionary(each => each.Record.Id, each => each.Place),
        records.Select(each => each.Record.Id.Value).Where(HasPrefixes).ToImmutableSortedSet(StringComparer.Ordinal),
        records.SelectMany(each => each.Record.Names.Select(name => KeyValuePair.Create(name, each.Place)))
            .ToImmutableDictionary(StringComparer.Ordinal),
        Postings<Digest>.Of(records, record => record.DiffDigest),
        Postings<Digest>.Of(records, record => record.CompressedDigest),
        Postings<Digest>.Of(records, record => record.TocDigest),
        Postings<LayerId>.Of(records, record => record.Parent));

    /// <summary>With the record at the place instead of the old one; null stands for none.</summary>
    internal LayerMaps With(long place, LayerRecord? old, LayerRecord? now)
    {
        var record = now ?? old ?? throw new ArgumentNullException(nameof(now));
        var maps = this with
        {
            NextPlace = old is null ? NextPlace + 1 : NextPlace,
            DiffDigests = DiffDigests.Move(old?.DiffDigest, now?.DiffDigest, place),
            CompressedDigests = CompressedDigests.Move(old?.CompressedDigest, now?.CompressedDigest, place),
            TocDigests = TocDigests.Move(old?.TocDigest, now?.TocDigest, place),
            Children = Children.Move(old?.Parent, now?.Parent, place),
            Names = Names.RemoveRange(old?.Names ?? []).SetItems(
                (now?.Names ?? []).Select(name => KeyValuePair.Create(name, place))),
        };
        maps = record.Volatile
            ? maps with { Volatile = Put(Volatile, place, now) }
            : maps with { Stable = Put(Stable, place, now) };
        if (old is null)
        {
            var prefixes = HasPrefixes(record.Id.Value) ? Prefixes.Add(record.Id.Value) : Prefixes;
            return maps with { Ids = Ids.Add(record.Id, place), Prefixes = prefixes };
        }
        return now is null
            ? maps with { Ids = Ids.Remove(record.Id), Prefixes = Prefixes.Remove(record.Id.Value) }
            : maps;
    }

    private static ImmutableSortedDictionary<long, LayerRecord> Put(
        ImmutableSortedDictionary<long, LayerRecord> document, long place, LayerRecord? record) =>
        record is null ? document.Remove(place) : document.SetItem(place, record);

    private static ImmutableSortedDictionary<long, LayerRecord> Ordered(
        IEnumerable<(long Place, LayerRecord Record)> records, bool isVolatile) =>
        records.Where(each => each.Record.Volatile == isVolatile)
            .ToImmutableSortedDictionary(each => each.Place, each => each.Record);

    private static bool HasPrefixes(string id) => !id.Contains(' ', StringComparison.Ordinal);
}
