// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>What a node says to its part of the directory, and what it is answered. A digest is that of an uncompressed
/// tar; a node is called by its address. Nothing here is more than a hint: whoever acts on it finds out.</summary>
internal static class DirectoryProtocol
{
    /// <summary>Everything that the own root has. Not answered.</summary>
    public sealed record HoldingsAre(IReadOnlyCollection<Digest> Digests) : ILocalMessage;

    /// <summary>What has come to the own root and what has gone. Not answered.</summary>
    public sealed record HoldingsChanged(IReadOnlyCollection<Digest> Added, IReadOnlyCollection<Digest> Removed)
        : ILocalMessage;

    /// <summary>The own root has changed: look at it now and not in a second. Not answered.</summary>
    public sealed record LookNow : ILocalMessage
    {
        public static LookNow Instance { get; } = new();
    }

    public sealed record FindPlaces(IReadOnlyCollection<Digest> Digests, Asker Asker) : IRequest, ILocalMessage;

    /// <param name="Places">Of those that are somewhere.</param>
    /// <param name="IsComplete">False when some node could not be asked in time, or has not heard of all others
    /// yet.</param>
    public sealed record FindPlacesOk(IReadOnlyList<DigestPlaces> Places, bool IsComplete) : IReply, ILocalMessage;

    /// <summary>Claims the fetch of a digest, so that only one node fetches it. Waits while another one does, and gets
    /// its turn when that one fails.</summary>
    /// <param name="Holder">Who fetches; with its end the claim ends.</param>
    /// <param name="DespiteHolders">It cannot be had from those who have it.</param>
    public sealed record ClaimFetch(Digest Digest, IActorRef Holder, bool DespiteHolders, Asker Asker)
        : IRequest, ILocalMessage;

    /// <summary>Fetch it.</summary>
    /// <param name="Claim">Is told <see cref="EndFetch"/>.</param>
    /// <param name="IsSure">False when nobody could be asked: others may fetch it too.</param>
    public sealed record FetchGranted(IActorRef Claim, bool IsSure) : IReply, ILocalMessage;

    /// <summary>It is there.</summary>
    /// <param name="Nodes">Who has it, some of them.</param>
    public sealed record FetchNotNeeded(IReadOnlyList<string> Nodes) : IReply, ILocalMessage;

    /// <summary>At the deadline: it is still being fetched.</summary>
    /// <param name="Node">Who does.</param>
    public sealed record FetchUnderway(string Node) : IReply, ILocalMessage;

    /// <summary>The fetch that was granted is over. Not answered.</summary>
    /// <param name="IsHeld">The own root has it now: who waits for it is told so, and does not get its turn.</param>
    public sealed record EndFetch(bool IsHeld) : ILocalMessage;
}
