// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Journal;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;

namespace ActorStorage.Cluster.Node;

/// <summary>Cuts the history into pages that a message can hold.</summary>
internal static class HistoryPages
{
    // Of the page itself, and of each step and each change in the bytes around it.
    private const int AroundPage = 200;
    private const int AroundStep = 100;
    private const int AroundChange = 10;

    public static IEnumerable<IReadOnlyList<HistoryStep>> Cut(IEnumerable<HistoryEntry> entries, WireSettings limits)
    {
        var page = new List<HistoryStep>();
        var (bytes, roomFor) = (0, limits.MessageSizeMax - AroundPage);
        foreach (var step in entries.SelectMany(entry => Parts(entry, roomFor / 2, limits.ItemsMax)))
        {
            var size = SizeOf(step);
            if (page.Count > 0 && (bytes + size > roomFor || page.Count == limits.ItemsMax))
            {
                yield return page;
                (page, bytes) = ([], 0);
            }
            page.Add(step);
            bytes += size;
        }
        if (page.Count > 0) yield return page;
    }

    private static IEnumerable<HistoryStep> Parts(HistoryEntry entry, int bytesMax, int itemsMax)
    {
        // What this version cannot read is passed on as a step of which nothing is known.
        var whole = entry.Step as StoreChanged ?? new StoreChanged(
            default, PictureOrigin.Unclear, DateTimeOffset.UnixEpoch, HistoryGap.InDoubt, null, []);
        var part = new List<RecordChange>();
        var bytes = 0;
        foreach (var change in whole.Changes)
        {
            var size = SizeOf(change);
            if (part.Count > 0 && (bytes + size > bytesMax || part.Count == itemsMax))
            {
                yield return new HistoryStep(entry.Offset, Continues: true, whole with { Changes = part });
                (part, bytes) = ([], 0);
            }
            part.Add(change);
            bytes += size;
        }
        yield return new HistoryStep(entry.Offset, Continues: false, whole with { Changes = part });
    }

    private static int SizeOf(HistoryStep step) => AroundStep + step.Step.Changes.Sum(SizeOf);

    private static int SizeOf(RecordChange change) => AroundChange + HistoryWire.Of(change).CalculateSize();
}
