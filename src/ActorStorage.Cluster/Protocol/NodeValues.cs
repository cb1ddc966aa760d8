// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Who asks, and until when an answer is of use to him.</summary>
/// <param name="Within">Counted by the node from when it has the request: its clock and the caller's need not agree.
/// Null leaves it to the node.</param>
/// <param name="Name">What the client calls itself, for the provenance of what is put; empty when it does not
/// say.</param>
/// <param name="TraceParent">The trace the request is part of, see <see cref="Asker.TraceParent"/>.</param>
public sealed record Caller(TimeSpan? Within = null, string Name = "", string? TraceParent = null)
{
    public static Caller Anybody { get; } = new();
}

/// <summary>Where a layer's blob is to be had.</summary>
/// <param name="Url">http, https or file; a file is the node's own.</param>
/// <param name="BlobDigest">Of the blob as it is transferred; null when not known. Of sources with the same one each
/// may go on where another one stopped.</param>
/// <param name="SizeBytes">Of the blob; null when not known.</param>
public sealed record LayerSource(string Url, Digest? BlobDigest = null, long? SizeBytes = null);

/// <param name="Digest">Of the uncompressed tar.</param>
/// <param name="Sources">In the order in which they are tried.</param>
public sealed record WantedLayer(Digest Digest, IReadOnlyList<LayerSource> Sources);

/// <param name="Name">Chosen by the client, such as the name of a build. Everything under one name stays equally
/// long.</param>
/// <param name="KeepFor">From now on.</param>
public sealed record LeaseTerm(string Name, TimeSpan KeepFor);

/// <summary>How a layer or an image is to be put.</summary>
/// <param name="Priority">The highest first among what waits.</param>
/// <param name="Lease">Keeps what was put; null for no promise.</param>
/// <param name="ClientKey">Drawn by the client for one wish; who asks again with it gets the same outcome. Empty for
/// none.</param>
/// <param name="Reservation">Room that was claimed; empty for none.</param>
public sealed record Handling(
    int Priority = 0, LeaseTerm? Lease = null, string ClientKey = "", string Reservation = "")
{
    public static Handling Usual { get; } = new();
}

/// <summary>Where a layer that was asked for came from.</summary>
public enum EnsureOutcome
{
    /// <summary>A word of a later version.</summary>
    Unknown = 0,

    /// <summary>It was there.</summary>
    Present = 1,

    /// <summary>Unpacked from a file of the node.</summary>
    Staged = 2,

    /// <summary>Fetched from another node.</summary>
    FromPeer = 3,

    /// <summary>Fetched from one of the sources.</summary>
    FromOrigin = 4,

    /// <summary>Another request for it was under way.</summary>
    JoinedInFlight = 5,
}

/// <summary>See <see cref="NewBigData"/>.</summary>
public sealed record ImageItem(string Key, ReadOnlyMemory<byte> Value, Digest? ManifestDigest = null);

/// <param name="Nodes">Addresses of the nodes that have it.</param>
public sealed record DigestPlaces(Digest Digest, IReadOnlyList<string> Nodes);

/// <param name="SizeBytes">What would have to be fetched; null when not known.</param>
public sealed record SizedDigest(Digest Digest, long? SizeBytes = null);

/// <param name="Node">Its address.</param>
/// <param name="MissingBytes">Of those that are missing and whose size the question told.</param>
/// <param name="Running">Layers that are being put.</param>
/// <param name="FreeBytes">On the file system of its root, for those who are not root.</param>
public sealed record NodeRank(
    string Node, int MissingCount, long MissingBytes, int Running, int RunningMax, int Waiting, long FreeBytes,
    bool IsDraining);

public sealed record CollectedLayer(LayerId Layer, long DiskBytes);

/// <param name="Continues">A step may have more changes than a message may hold: the next one has more of the same
/// step.</param>
public sealed record HistoryStep(long Offset, bool Continues, StoreChanged Step);

/// <param name="HolderProcess">Null when it is free, or the process cannot be seen.</param>
/// <param name="HeldFor">Null when it is free, or not the node's own hold.</param>
/// <param name="Serving">What the node does in this hold; empty when it is not its own.</param>
public sealed record LockState(
    string Path, bool IsHeld, bool IsExclusive, int? HolderProcess, string HolderCommand, TimeSpan? HeldFor,
    string Serving);
