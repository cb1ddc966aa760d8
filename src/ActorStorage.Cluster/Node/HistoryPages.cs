// SPDX-License-Identifier: Apache-2.0
using System.Text;
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
    private const int AroundName = 5;

    public static IEnumerable<IReadOnlyList<HistoryStep>> Cut(IEnumerable<HistoryEntry> entries, WireSettings limits)
    {
        var page = new List<HistoryStep>();
        var (bytes, roomFor) = (0, limits.MessageSizeMax - AroundPage);
        foreach (var step in entries.SelectMany(entry => Parts(entry, roomFor / 2, limits)))
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

    private static IEnumerable<HistoryStep> Parts(HistoryEntry entry, int bytesMax, WireSettings limits)
    {
        // What this version cannot read is passed on as a step of which nothing is known.
        var whole = entry.Step as StoreChanged ?? new StoreChanged(
            default, PictureOrigin.Unclear, DateTimeOffset.UnixEpoch, HistoryGap.InDoubt, null, []);
        var part = new List<RecordChange>();
        var bytes = 0;
        foreach (var change in whole.Changes.Select(each => Fitting(each, bytesMax, limits)))
        {
            var size = SizeOf(change);
            if (part.Count > 0 && (bytes + size > bytesMax || part.Count == limits.ItemsMax))
            {
                yield return new HistoryStep(entry.Offset, Continues: true, whole with { Changes = part });
                (part, bytes) = ([], 0);
            }
            part.Add(change);
            bytes += size;
        }
        yield return new HistoryStep(entry.Offset, Continues: false, whole with { Changes = part });
    }

    /// <summary>One that has more names than a message may hold is told with some of them, and long ones cut: otherwise
    /// the history would end here for everybody.</summary>
    private static RecordChange Fitting(RecordChange change, int bytesMax, WireSettings limits)
    {
        if (change.Names.Count <= limits.ItemsMax && SizeOf(change) <= bytesMax
            && change.Names.All(name => name.Length <= limits.TextLengthMax))
            return change;
        var (names, bytes) = (new List<string>(), 0);
        foreach (var name in change.Names.Take(limits.ItemsMax))
        {
            var cut = name.Length <= limits.TextLengthMax ? name : name[..limits.TextLengthMax];
            bytes += AroundName + Encoding.UTF8.GetByteCount(cut);
            if (bytes > bytesMax / 2) break;
            names.Add(cut);
        }
        return change with { Names = names };
    }

    private static int SizeOf(HistoryStep step) => AroundStep + step.Step.Changes.Sum(SizeOf);

    private static int SizeOf(RecordChange change) => AroundChange + HistoryWire.Of(change).CalculateSize();
}
