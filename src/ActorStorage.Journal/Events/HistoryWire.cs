// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>The history's values as they are stored, and back.</summary>
internal static class HistoryWire
{
    public static Wire.StoreChanged Of(StoreChanged changed)
    {
        var wire = new Wire.StoreChanged
        {
            Store = (int)changed.Store,
            Origin = (int)changed.Origin,
            At = TicksOf(changed.At),
            Gap = (int)changed.Gap,
            WrittenAt = changed.Writer is { } writer ? TicksOf(writer.At) : 0,
            WriterProcess = changed.Writer?.ProcessId ?? 0,
        };
        foreach (var change in changed.Changes)
        {
            var entry = new Wire.RecordChange
            {
                Kind = (int)change.Kind,
                Id = change.Id,
                Fingerprint = change.Fingerprint,
            };
            entry.Names.AddRange(change.Names);
            wire.Changes.Add(entry);
        }
        return wire;
    }

    public static StoreChanged From(Wire.StoreChanged wire) => new(
        (StoreKind)wire.Store,
        (PictureOrigin)wire.Origin,
        TimeOf(wire.At),
        (HistoryGap)wire.Gap,
        wire.WrittenAt == 0 ? null : new StoreWriter(TimeOf(wire.WrittenAt), wire.WriterProcess),
        [
            .. wire.Changes.Select(change => new RecordChange(
                (ChangeKind)change.Kind, change.Id, change.Fingerprint, [.. change.Names])),
        ]);

    public static Wire.HistorySnapshot Of(HistorySnapshot snapshot)
    {
        var wire = new Wire.HistorySnapshot();
        foreach (var (kind, known) in snapshot.Stores.OrderBy(store => store.Key))
        {
            var store = new Wire.KnownStore { Store = (int)kind };
            store.Ids.AddRange(known.Keys);
            store.Fingerprints.AddRange(known.Values);
            wire.Stores.Add(store);
        }
        return wire;
    }

    public static HistorySnapshot From(Wire.HistorySnapshot wire) => new(wire.Stores.ToDictionary(
        store => (StoreKind)store.Store,
        IReadOnlyDictionary<string, ulong> (store) => store.Ids.Zip(store.Fingerprints).ToDictionary(
            each => each.Item1, each => each.Item2, StringComparer.Ordinal)));

    private static long TicksOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks;

    private static DateTimeOffset TimeOf(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks);
}
