// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using ActorStorage.Watching;

namespace ActorStorage.Journal.History;

/// <summary>
/// What the history knows of each store, and what it makes of a new picture. The files are the truth: a picture is
/// compared with what is known, and what is known never changes a file.
/// </summary>
internal sealed class HistoryState
{
    // An event stays some tens of KiB, whatever somebody else has done to the store at once.
    private const int ChangesMax = 250;
    private readonly Dictionary<StoreKind, Dictionary<string, ulong>> _known = [];
    private readonly Dictionary<StoreKind, StorePicture> _seen = [];

    public HistorySnapshot ToSnapshot() => new(_known.ToDictionary(
        store => store.Key,
        IReadOnlyDictionary<string, ulong> (store) =>
            new Dictionary<string, ulong>(store.Value, StringComparer.Ordinal)));

    public void Restore(HistorySnapshot snapshot)
    {
        _known.Clear();
        foreach (var (store, known) in snapshot.Stores)
            _known[store] = new Dictionary<string, ulong>(known, StringComparer.Ordinal);
    }

    public void Apply(HistoryEvent step)
    {
        if (step is not StoreChanged changed) return;
        var known = KnownOf(changed.Store);
        foreach (var change in changed.Changes)
        {
            if (change.Kind == ChangeKind.Deleted) known.Remove(change.Id);
            else known[change.Id] = change.Fingerprint;
        }
    }

    /// <summary>What happened between the pictures seen before and this one.</summary>
    public IReadOnlyList<StoreChanged> StepsTo(StorePicture picture)
    {
        var before = _seen.GetValueOrDefault(picture.Store);
        var changes = before is null
            ? Difference.Since(KnownOf(picture.Store), picture.Records)
            : Difference.Between(before.Records, picture.Records);
        var gap = GapOf(picture, before, changes.Count);
        _seen[picture.Store] = picture;
        if (changes.Count == 0 && gap != HistoryGap.NothingLeft) return [];
        var writer = picture.Token.Writer is var (at, process) ? new StoreWriter(at, process) : null;
        return
        [
            .. changes.Chunk(ChangesMax).DefaultIfEmpty([]).Select((some, i) => new StoreChanged(
                picture.Store, picture.Origin, picture.At, i == 0 ? gap : HistoryGap.None, writer, some)),
        ];
    }

    private static HistoryGap GapOf(StorePicture picture, StorePicture? before, int changes) => picture.Origin switch
    {
        _ when before is null => HistoryGap.NotWatched,
        PictureOrigin.Unclear => HistoryGap.InDoubt,
        _ when !picture.IsExact => changes == 0 ? HistoryGap.NothingLeft : HistoryGap.SeveralWrites,
        PictureOrigin.Foreign when changes > 1 => HistoryGap.OrderUnknown,
        PictureOrigin.Foreign when changes == 0 && picture.Token != before.Token => HistoryGap.NothingLeft,
        _ => HistoryGap.None,
    };

    private Dictionary<string, ulong> KnownOf(StoreKind store)
    {
        if (!_known.TryGetValue(store, out var known))
            _known[store] = known = new Dictionary<string, ulong>(StringComparer.Ordinal);
        return known;
    }
}
