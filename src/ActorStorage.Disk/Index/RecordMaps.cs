// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The maps below a <see cref="RecordIndex{TRecord, TIndex}"/>. Every record has a place, a number that orders it
/// within its document and never changes; all other maps lead to places, so that replacing a record touches only what
/// it changed. Maps that many a load never asks for are made when they are first asked for.
/// </summary>
/// <param name="Documents">One for each <see cref="DocumentKind"/>.</param>
/// <param name="Postings">By what else records are found, in an order that the index knows.</param>
internal sealed record RecordMaps<TRecord>(
    long NextPlace,
    ImmutableArray<DocumentRecords<TRecord>> Documents,
    Lazy<ImmutableDictionary<string, long>> Ids,
    Lazy<ImmutableDictionary<string, long>> Names,
    Lazy<ImmutableSortedSet<string>> Prefixes,
    ImmutableArray<Postings<TRecord>> Postings)
    where TRecord : StoredRecord
{
    /// <summary>The higher bits of a place are its document's.</summary>
    private const int DocumentShift = 60;

    private static readonly DocumentKind[] Kinds = Enum.GetValues<DocumentKind>();

    internal TRecord this[long place] => Documents[(int)(place >> DocumentShift)][place];

    /// <param name="records">In order within each document.</param>
    internal static RecordMaps<TRecord> Of(
        IReadOnlyList<TRecord> records, params ReadOnlySpan<Func<TRecord, ImmutableArray<string>>> keys)
    {
        var documents = ImmutableArray.CreateBuilder<DocumentRecords<TRecord>>(Kinds.Length);
        foreach (var kind in Kinds) documents.Add(In(kind, records));
        var all = documents.MoveToImmutable();
        var postings = ImmutableArray.CreateBuilder<Postings<TRecord>>(keys.Length);
        foreach (var each in keys) postings.Add(new(each, () => all.SelectMany(document => document.Placed)));
        return new(
            records.Count, all, new(() => IdsOf(records)), new(() => NamesOf(records)), new(() => PrefixesOf(records)),
            postings.MoveToImmutable());
    }

    /// <summary>Where a record that comes next stands.</summary>
    internal long PlaceFor(TRecord record) => Place(record, NextPlace);

    /// <summary>With the record at the place instead of the old one; null stands for none.</summary>
    internal RecordMaps<TRecord> With(long place, TRecord? old, TRecord? now)
    {
        var record = now ?? old ?? throw new ArgumentNullException(nameof(now));
        var document = (int)record.Document;
        var documents = Documents.SetItem(document, Documents[document].With(place, now));
        return new(
            old is null ? NextPlace + 1 : NextPlace,
            documents,
            old is null ? new(Ids.Value.Add(record.Key, place)) : now is null ? new(Ids.Value.Remove(record.Key)) : Ids,
            new(Names.Value.RemoveRange(old?.Names ?? [])
                .SetItems((now?.Names ?? []).Select(name => KeyValuePair.Create(name, place)))),
            PrefixesWith(),
            [.. Postings.Select(postings => postings.With(place, old, now, All))]);

        IEnumerable<(long Place, TRecord Record)> All() =>
            documents.SelectMany(each => each.Placed);

        Lazy<ImmutableSortedSet<string>> PrefixesWith()
        {
            if (!Prefixes.IsValueCreated) return new(() => PrefixesOf(All().Select(each => each.Record)));
            if (now is null) return new(Prefixes.Value.Remove(record.Key));
            return old is null && HasPrefixes(record) ? new(Prefixes.Value.Add(record.Key)) : Prefixes;
        }
    }

    private static long Place(TRecord record, long number) => ((long)record.Document << DocumentShift) + number;

    private static DocumentRecords<TRecord> In(DocumentKind kind, IReadOnlyList<TRecord> records)
    {
        var (own, places) = (new List<TRecord>(), new List<long>());
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].Document != kind) continue;
            own.Add(records[i]);
            places.Add(Place(records[i], i));
        }
        return new([.. own], [.. places]);
    }

    private static ImmutableDictionary<string, long> IdsOf(IReadOnlyList<TRecord> records)
    {
        var ids = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++) ids.Add(records[i].Key, Place(records[i], i));
        return ids.ToImmutable();
    }

    private static ImmutableDictionary<string, long> NamesOf(IReadOnlyList<TRecord> records)
    {
        var names = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++)
        {
            foreach (var name in records[i].Names) names.Add(name, Place(records[i], i));
        }
        return names.ToImmutable();
    }

    private static ImmutableSortedSet<string> PrefixesOf(IEnumerable<TRecord> records) =>
        records.Where(HasPrefixes).Select(each => each.Key).ToImmutableSortedSet(StringComparer.Ordinal);

    private static bool HasPrefixes(TRecord record) => !record.Key.Contains(' ', StringComparison.Ordinal);
}
