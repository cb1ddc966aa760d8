// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Crosses between machines, in the form that node.proto gives it.</summary>
public interface INodeMessage : IWireMessage;

/// <summary>Is answered exactly once, to who sent it: with the reply named after it, with
/// <see cref="NodeProtocol.RequestRefused"/>, or with <see cref="NodeProtocol.NotUnderstood"/> by an older
/// node.</summary>
public interface INodeRequest : INodeMessage
{
    Caller Caller { get; }
}

public interface INodeReply : INodeMessage;

/// <summary>What one may say to a node, from another machine too. A digest is that of the uncompressed tar, unless it
/// says otherwise. The sender of a request gets the answer.</summary>
public static class NodeProtocol
{
    /// <summary>Makes sure that the layer is in the node's store, on top of its parents.</summary>
    /// <param name="Parents">Digests of what is below it, the lowest first. They must be there, or on their
    /// way.</param>
    public sealed record EnsureLayer(
        WantedLayer Layer, IReadOnlyList<Digest> Parents, Handling Handling, Caller Caller) : INodeRequest;

    /// <param name="Layer">Its id, as podman would call it when the node has made it.</param>
    /// <param name="FetchedBytes">What this request moved over the network; 0 when it joined another one.</param>
    public sealed record EnsureLayerOk(Digest Digest, LayerId Layer, EnsureOutcome Outcome, long FetchedBytes)
        : INodeReply;

    /// <summary>Makes sure of an image with its layers.</summary>
    /// <param name="Layers">The lowest first.</param>
    /// <param name="Items">Manifest, configuration and what else is kept with it.</param>
    public sealed record EnsureImage(
        ImageId Image, IReadOnlyList<string> Names, IReadOnlyList<WantedLayer> Layers, IReadOnlyList<ImageItem> Items,
        Handling Handling, Caller Caller) : INodeRequest;
    public sealed record EnsureImageOk(ImageId Image, IReadOnlyList<EnsureLayerOk> Layers) : INodeReply;

    /// <summary>Which of these the node does not have. What it has stays as long as the lease says.</summary>
    /// <param name="Lease">Null for no promise.</param>
    public sealed record FindMissing(IReadOnlyList<Digest> Digests, LeaseTerm? Lease, Caller Caller) : INodeRequest;
    public sealed record FindMissingOk(IReadOnlyList<Digest> Missing) : INodeReply;

    /// <summary>Which nodes have which of these.</summary>
    public sealed record WhereIs(IReadOnlyList<Digest> Digests, Caller Caller) : INodeRequest;

    /// <param name="Places">Of those that are somewhere, in the order of the question.</param>
    /// <param name="IsComplete">False when some node could not be asked in time, or has not heard of all others yet:
    /// what is not named may be somewhere all the same.</param>
    public sealed record WhereIsOk(IReadOnlyList<DigestPlaces> Places, bool IsComplete = true) : INodeReply;

    /// <summary>Where it would be best to have these: fewest bytes to be fetched, then load, then free room.</summary>
    /// <param name="IsOnlyOfNode">How it looks at the node that is asked, and not at the others of its
    /// cluster.</param>
    public sealed record RankNodes(IReadOnlyList<SizedDigest> Layers, Caller Caller, bool IsOnlyOfNode = false)
        : INodeRequest;

    /// <param name="Nodes">The best first.</param>
    public sealed record RankNodesOk(IReadOnlyList<NodeRank> Nodes) : INodeReply;

    /// <summary>What lets the caller fetch a layer from the node, over HTTP. Refused as NotFound when it is not there,
    /// as NotSupported by a node that serves no layers.</summary>
    public sealed record DrawTicket(Digest Digest, Caller Caller) : INodeRequest;

    /// <param name="Url">Of the node's layers: the layer is at <c>layers/DIGEST</c> below it.</param>
    /// <param name="Ticket">Good for this layer, for a moment.</param>
    /// <param name="SizeBytes">Of the uncompressed tar; null when not known.</param>
    public sealed record DrawTicketOk(string Url, string Ticket, long? SizeBytes) : INodeReply;

    /// <summary>Keeps layers under a lease of that name, besides what it keeps already.</summary>
    public sealed record AcquireLease(LeaseTerm Lease, IReadOnlyList<Digest> Digests, Caller Caller) : INodeRequest;

    /// <param name="Missing">Not there, so not kept.</param>
    public sealed record AcquireLeaseOk(string Name, IReadOnlyList<Digest> Missing) : INodeReply;

    /// <summary>Refused as NotFound when the lease keeps nothing, or has ended.</summary>
    public sealed record RenewLease(LeaseTerm Lease, Caller Caller) : INodeRequest;
    public sealed record RenewLeaseOk(string Name) : INodeReply;

    /// <summary>Also when there is no such lease, so that it may be repeated.</summary>
    public sealed record ReleaseLease(string Name, Caller Caller) : INodeRequest;
    public sealed record ReleaseLeaseOk(string Name) : INodeReply;

    /// <summary>Claims room on the node's disk for a layer that will be asked for with
    /// <see cref="Handling.Reservation"/>.</summary>
    /// <param name="KeepFor">After which the claim ends by itself.</param>
    public sealed record Reserve(long Bytes, TimeSpan KeepFor, Caller Caller) : INodeRequest;
    public sealed record ReserveOk(string Reservation) : INodeReply;

    /// <summary>Makes room by deleting layers that nothing holds, the least recently used first.</summary>
    /// <param name="UnusedFor">How long a layer must not have been used; null for a day.</param>
    /// <param name="DryRun">Says which would go, and changes nothing.</param>
    public sealed record Collect(long TargetBytes, TimeSpan? UnusedFor, bool DryRun, Caller Caller) : INodeRequest;

    /// <param name="Layers">No more than a message may hold of them.</param>
    public sealed record CollectOk(long DiskBytes, int Count, IReadOnlyList<CollectedLayer> Layers) : INodeReply;

    /// <summary>What holds a layer.</summary>
    /// <param name="Layer">An id, a name, the beginning of one id only, or a digest.</param>
    public sealed record Explain(string Layer, Caller Caller) : INodeRequest;

    /// <param name="Holders">No more than a message may hold of them; none when it may be collected.</param>
    public sealed record ExplainOk(LayerId Layer, int Count, IReadOnlyList<LayerHolder> Holders) : INodeReply;

    /// <summary>The history of the node's root from an offset on, and then what is added to it, for who sent it. After
    /// <see cref="SubscribeOk"/> pages come; the next one when the one before was <see cref="PageTaken"/>, so that
    /// nobody gets more than he can take.</summary>
    /// <param name="From">The offset of the first step that is wanted. The first of all has 1.</param>
    public sealed record Subscribe(long From, Caller Caller) : INodeRequest;
    public sealed record SubscribeOk(string Subscription) : INodeReply;

    public sealed record HistoryPage(string Subscription, IReadOnlyList<HistoryStep> Steps) : INodeMessage;

    /// <summary>To the node. Not answered, but by the next page when there is one.</summary>
    public sealed record PageTaken(string Subscription) : INodeMessage;

    /// <summary>To the node: no more pages. Not answered.</summary>
    public sealed record Unsubscribe(string Subscription) : INodeMessage;

    /// <summary>From the node, which sends no more pages: one was not taken in time, the node ends, or the history was
    /// lost and begins anew.</summary>
    public sealed record SubscriptionEnded(string Subscription, StorageError Error) : INodeMessage;

    /// <summary>Who has a lock of the node's root at this moment.</summary>
    /// <param name="Lock">Such as <c>layers</c> or <c>layers.lock</c>; empty for all.</param>
    public sealed record WhoHolds(string Lock, Caller Caller) : INodeRequest;
    public sealed record WhoHoldsOk(IReadOnlyList<LockState> Locks) : INodeReply;

    /// <summary>Finishes what is under way and refuses as Cancelled what puts something from now on. Answered when
    /// nothing is under way any more, or when the caller's time is up.</summary>
    public sealed record Drain(Caller Caller) : INodeRequest;

    /// <param name="Unfinished">What was still under way in the end.</param>
    public sealed record DrainOk(int Unfinished) : INodeReply;

    public sealed record RequestRefused(StorageError Error) : INodeReply;

    /// <summary>The answer to what cannot be read: it was written by a later version, or by nobody who knows these
    /// messages.</summary>
    /// <param name="Manifest">Of what was not understood.</param>
    public sealed record NotUnderstood(string Manifest, string Reason) : INodeReply;
}
