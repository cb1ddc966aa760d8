// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;

namespace ActorStorage.Inspection;

/// <summary>
/// Requests that read, compare or copy the contents of layers. They work on threads of their own without any store's
/// lock, from records that were read together.
/// </summary>
public static class InspectionProtocol
{
    public interface IInspection : IRequest
    {
        /// <summary>Gives the work up; what it has written until then is worth nothing.</summary>
        CancellationToken Cancellation { get; }
    }

    /// <summary>Writes the tar of a layer to a stream: the one it was made from, bit for bit, if there was
    /// one.</summary>
    /// <param name="Reference">What to compare with; null for the parent.</param>
    /// <param name="Compression">Null for the one that is recorded.</param>
    public sealed record ExportLayer(
        string Layer, string? Reference, Stream Output, Compression? Compression, Asker Asker,
        CancellationToken Cancellation) : IInspection, ILocalMessage;
    public sealed record ExportLayerOk : IReply, IWireMessage;

    /// <summary>What it takes to read the contents of layers on threads of one's own. It is good while the root stays
    /// open.</summary>
    public sealed record GetReading(Asker Asker, CancellationToken Cancellation) : IInspection, ILocalMessage;
    public sealed record GetReadingOk(LayerReading Reading) : IReply, ILocalMessage;

    /// <summary>What a layer changes.</summary>
    /// <param name="Reference">What to compare with; null, or one that is not known, for the parent.</param>
    public sealed record GetChanges(string Layer, string? Reference, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record GetChangesOk(ImmutableArray<LayerChange> Changes) : IReply, IWireMessage;

    /// <summary>Bytes of files that a layer adds or modifies.</summary>
    public sealed record GetDiffSize(string Layer, string? Reference, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;

    /// <summary>Bytes of all layers of an image and its mapped copies, each once, and of its data.</summary>
    public sealed record GetImageSize(string Image, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;

    /// <summary>Bytes of a container's own layer, its data and its directories.</summary>
    public sealed record GetContainerSize(string Container, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record GetSizeOk(long SizeBytes) : IReply, IWireMessage;

    /// <summary>Owners of the directories above a layer's mount point that its id maps do not cover.</summary>
    public sealed record GetParentOwners(string LayerOrContainer, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record GetParentOwnersOk(ImmutableArray<uint> UserIds, ImmutableArray<uint> GroupIds)
        : IReply, IWireMessage;

    /// <summary>Compares everything that is recorded with what is there. Changes nothing.</summary>
    public sealed record Check(CheckOptions Options, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record CheckOk(CheckReport Report) : IReply, ILocalMessage;

    /// <summary>Shares the extents of equal files in all layers that images need, where the file system can.</summary>
    public sealed record Deduplicate(DedupHash Hash, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record DeduplicateOk(long BytesShared) : IReply, IWireMessage;

    /// <summary>What layers take up on disk. What was made here is known; what others have made is measured when it is
    /// first asked for.</summary>
    public sealed record GetDiskUse(Asker Asker, CancellationToken Cancellation) : IInspection, ILocalMessage;

    /// <param name="FreeBytes">What the graph root's file system has left.</param>
    /// <param name="ReservedBytes">What is claimed.</param>
    public sealed record GetDiskUseOk(LayerDiskUse Use, long FreeBytes, long ReservedBytes) : IReply, ILocalMessage
    {
        /// <summary>What the image store's has left; null where the images lie on the same one.</summary>
        public long? ImageStoreFreeBytes { get; init; }
    }

    /// <summary>What holds a layer, so that it may not be collected.</summary>
    public sealed record ExplainLayer(string Layer, Asker Asker, CancellationToken Cancellation)
        : IInspection, ILocalMessage;
    public sealed record ExplainLayerOk(LayerId Layer, ImmutableArray<LayerHolder> Holders) : IReply, IWireMessage;
}
