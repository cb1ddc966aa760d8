// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using ActorStorage.Watching;

namespace ActorStorage.Cluster.Protocol;

/// <summary>The history and who follows it, as it is written, and back.</summary>
internal static class HistoryWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.Subscribe, Wire.Subscribe>("su1", Of, From),
        WireEntry.For<NodeProtocol.SubscribeOk, Wire.SubscribeOk>("suo1", Of, From),
        WireEntry.For<NodeProtocol.HistoryPage, Wire.HistoryPage>("hp1", Of, From),
        WireEntry.For<NodeProtocol.PageTaken, Wire.PageTaken>("pt1", Of, From),
        WireEntry.For<NodeProtocol.Unsubscribe, Wire.Unsubscribe>("us1", Of, From),
        WireEntry.For<NodeProtocol.SubscriptionEnded, Wire.SubscriptionEnded>("se1", Of, From),
    ];

    private static Wire.Subscribe Of(NodeProtocol.Subscribe subscribe) => new()
    {
        Caller = WireValues.Of(subscribe.Caller),
        FromOffset = subscribe.From,
    };

    private static NodeProtocol.Subscribe From(Wire.Subscribe wire) =>
        new(wire.FromOffset, WireValues.From(wire.Caller));

    private static Wire.SubscribeOk Of(NodeProtocol.SubscribeOk ok) => new() { Subscription = ok.Subscription };

    private static NodeProtocol.SubscribeOk From(Wire.SubscribeOk wire) => new(wire.Subscription);

    private static Wire.HistoryPage Of(NodeProtocol.HistoryPage page)
    {
        var wire = new Wire.HistoryPage { Subscription = page.Subscription };
        wire.Steps.AddRange(page.Steps.Select(Of));
        return wire;
    }

    private static NodeProtocol.HistoryPage From(Wire.HistoryPage wire) =>
        new(wire.Subscription, [.. wire.Steps.Select(From)]);

    private static Wire.PageTaken Of(NodeProtocol.PageTaken taken) => new() { Subscription = taken.Subscription };

    private static NodeProtocol.PageTaken From(Wire.PageTaken wire) => new(wire.Subscription);

    private static Wire.Unsubscribe Of(NodeProtocol.Unsubscribe end) => new() { Subscription = end.Subscription };

    private static NodeProtocol.Unsubscribe From(Wire.Unsubscribe wire) => new(wire.Subscription);

    private static Wire.SubscriptionEnded Of(NodeProtocol.SubscriptionEnded ended) => new()
    {
        Subscription = ended.Subscription,
        Error = WireValues.Of(ended.Error),
    };

    private static NodeProtocol.SubscriptionEnded From(Wire.SubscriptionEnded wire) =>
        new(wire.Subscription, WireValues.From(wire.Error));

    internal static Wire.HistoryStep Of(HistoryStep step)
    {
        var (store, origin, at, gap, writer, changes) = step.Step;
        var wire = new Wire.HistoryStep
        {
            Offset = step.Offset,
            Continues = step.Continues,
            Store = (int)store,
            Origin = (int)origin,
            At = Ticks(at),
            Gap = (int)gap,
            WrittenAt = writer is null ? 0 : Ticks(writer.At),
            WriterProcess = writer?.ProcessId ?? 0,
        };
        wire.Changes.AddRange(changes.Select(Of));
        return wire;
    }

    internal static Wire.RecordChange Of(RecordChange change)
    {
        var wire = new Wire.RecordChange
        {
            Kind = (int)change.Kind,
            Id = change.Id,
            Fingerprint = change.Fingerprint,
        };
        wire.Names.AddRange(change.Names);
        return wire;
    }

    private static HistoryStep From(Wire.HistoryStep wire) => new(wire.Offset, wire.Continues, new StoreChanged(
        (StoreKind)wire.Store, (PictureOrigin)wire.Origin, WireValues.Date(wire.At), (HistoryGap)wire.Gap,
        wire.WrittenAt == 0 ? null : new StoreWriter(WireValues.Date(wire.WrittenAt), wire.WriterProcess),
        [
            .. wire.Changes.Select(change => new RecordChange(
                (ChangeKind)change.Kind, change.Id, change.Fingerprint, [.. change.Names])),
        ]));

    private static long Ticks(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks;
}
