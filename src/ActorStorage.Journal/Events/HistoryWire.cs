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
            At = WireTime.Of(changed.At),
            Gap = (int)changed.Gap,
            WrittenAt = WireTime.OfOptional(changed.Writer?.At),
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
        WireTime.From(wire.At),
        (HistoryGap)wire.Gap,
        WireTime.FromOptional(wire.WrittenAt) is { } at ? new StoreWriter(at, wire.WriterProcess) : null,
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
}
