// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;

namespace ActorStorage.Cluster.Tests.Protocol;

/// <summary>One of each message, with every field set. What stands here is frozen with its bytes.</summary>
internal static class Samples
{
    private static readonly Digest One = new("sha256:" + new string('1', 64));
    private static readonly Digest Two = new("sha256:" + new string('2', 64));
    private static readonly Caller Caller = new(
        TimeSpan.FromSeconds(90), "builder", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    private static readonly LeaseTerm Lease = new("build 7", TimeSpan.FromMinutes(10));
    private static readonly Handling Handling = new(-3, Lease, "key-1", "0123456789abcdef0123456789abcdef");
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly LayerId Layer = new("layer-1");
    private static readonly WantedLayer Wanted = new(
        One, [new LayerSource("https://origin/one", Two, 4711), new LayerSource("file:///one.tar")]);
    private static readonly StorageError Error = new(
        StorageErrorKind.Locked, "no lock", "/root/layers.lock", 11, new LockHolder(42, "podman pull"));
    private static readonly NodeProtocol.EnsureLayerOk Ensured = new(One, Layer, EnsureOutcome.FromOrigin, 4711);
    private static readonly StoreChanged Step = new(
        StoreKind.Images, PictureOrigin.Foreign, At, HistoryGap.OrderUnknown, new StoreWriter(At, 4711),
        [new RecordChange(ChangeKind.Created, "ab", 0x0102030405060708, ["one", "two"])]);

    public static IReadOnlyList<INodeMessage> All { get; } =
    [
        new NodeProtocol.EnsureLayer(Wanted, [Two], Handling, Caller),
        Ensured,
        new NodeProtocol.EnsureImage(
            new ImageId("image"), ["name"], [Wanted], [new ImageItem("manifest", new byte[] { 1, 2 }, Two)], Handling,
            Caller),
        new NodeProtocol.EnsureImageOk(new ImageId("image"), [Ensured]),
        new NodeProtocol.FindMissing([One, Two], Lease, Caller),
        new NodeProtocol.FindMissingOk([Two]),
        new NodeProtocol.WhereIs([One, Two], Caller),
        new NodeProtocol.WhereIsOk([new DigestPlaces(One, ["a:1", "b:2"]), new DigestPlaces(Two, ["b:2"])]),
        new NodeProtocol.RankNodes([new SizedDigest(One, 4711), new SizedDigest(Two)], Caller),
        new NodeProtocol.RankNodesOk([new NodeRank("a:1", 1, 4711, 2, 4, 3, 1 << 30, true)]),
        new NodeProtocol.DrawTicket(One, Caller),
        new NodeProtocol.DrawTicketOk("http://127.0.0.1:4054/", "1.2.3.4", 4711),
        new NodeProtocol.AcquireLease(Lease, [One], Caller),
        new NodeProtocol.AcquireLeaseOk("build 7", [Two]),
        new NodeProtocol.RenewLease(Lease, Caller),
        new NodeProtocol.RenewLeaseOk("build 7"),
        new NodeProtocol.ReleaseLease("build 7", Caller),
        new NodeProtocol.ReleaseLeaseOk("build 7"),
        new NodeProtocol.Reserve(4711, TimeSpan.FromMinutes(1), Caller),
        new NodeProtocol.ReserveOk("0123456789abcdef0123456789abcdef"),
        new NodeProtocol.Collect(4711, TimeSpan.Zero, true, Caller),
        new NodeProtocol.CollectOk(4711, 1, [new CollectedLayer(Layer, 4711)]),
        new NodeProtocol.Explain("layer-1", Caller),
        new NodeProtocol.ExplainOk(Layer, 1, [new LayerHolder(LayerHolderKind.Image, "image")]),
        new NodeProtocol.Subscribe(7, Caller),
        new NodeProtocol.SubscribeOk("s1"),
        new NodeProtocol.HistoryPage("s1", [new HistoryStep(7, true, Step), new HistoryStep(7, false, Step)]),
        new NodeProtocol.PageTaken("s1"),
        new NodeProtocol.Unsubscribe("s1"),
        new NodeProtocol.SubscriptionEnded("s1", Error),
        new NodeProtocol.WhoHolds("layers", Caller),
        new NodeProtocol.WhoHoldsOk(
            [new LockState("/root/layers.lock", true, true, 42, "podman", TimeSpan.FromSeconds(1), "DeleteLayer")]),
        new NodeProtocol.Drain(Caller),
        new NodeProtocol.DrainOk(3),
        new NodeProtocol.RequestRefused(Error),
        new NodeProtocol.NotUnderstood("zz9", "no such message"),
    ];
}
