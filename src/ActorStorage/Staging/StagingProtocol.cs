// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Staging;

public readonly record struct StagingRef(IActorRef Ref);

/// <summary>What one may say to the staging pool.</summary>
public static class StagingProtocol
{
    public interface IStagingCommand : IRequest;

    /// <summary>Unpacks a blob outside every lock and commits it; without a blob, makes an empty layer.</summary>
    /// <param name="Layer">What to make. Its parent may be a layer that is being put at this moment.</param>
    /// <param name="Blob">The layer's tar, compressed or not; null for a layer with nothing in it.</param>
    /// <param name="AcceptExisting">Whether a layer that is there already, or that another request under way has made,
    /// is an answer or a refusal.</param>
    /// <param name="Progress">Called on a staging thread, at most some times a second.</param>
    /// <param name="Cancellation">Gives the staging up; nothing of it stays.</param>
    public sealed record PutLayer(
        NewLayer Layer, LayerBlob? Blob, bool AcceptExisting, IProgress<StagingProgress>? Progress,
        Asker Asker, CancellationToken Cancellation) : IStagingCommand, ILocalMessage
    {
        /// <summary>Room that was reserved for it, and is let go when it is made or refused.</summary>
        public ReservationId? Reservation { get; init; }
    }

    /// <param name="AlreadyPresent">The layer was there, or another request for it was under way.</param>
    public sealed record PutLayerOk(LayerRecord Layer, bool AlreadyPresent) : IReply, ILocalMessage;

    /// <summary>Makes a container with its own layer on top of the image's, and a mapped copy of that one if its id
    /// maps do not fit. Answered with <see cref="Containers.ContainerProtocol.CreateContainerOk"/>.</summary>
    public sealed record CreateContainer(NewContainer Container, Asker Asker, CancellationToken Cancellation)
        : IStagingCommand, ILocalMessage;

    /// <summary>A top layer of the image whose files have these id maps, made if there is none.</summary>
    public sealed record EnsureTopLayer(string Image, WantedMaps Maps, Asker Asker, CancellationToken Cancellation)
        : IStagingCommand, ILocalMessage;
    public sealed record EnsureTopLayerOk(LayerRecord Layer) : IReply, ILocalMessage;

    /// <summary>Adds an archive to the contents of a layer that exists, mounted or not; its record tells of this
    /// archive afterwards.</summary>
    public sealed record ApplyDiff(string Layer, LayerBlob Blob, Asker Asker, CancellationToken Cancellation)
        : IStagingCommand, ILocalMessage;
    public sealed record ApplyDiffOk(LayerRecord Layer) : IReply, ILocalMessage;

    /// <summary>Makes an empty layer that the driver knows and no record names.</summary>
    /// <param name="Parent">Recorded or not; null for none.</param>
    /// <param name="Maps">Who owns what is made; what is inherited keeps its owners.</param>
    public sealed record CreateStorageLayer(
        LayerId Layer, LayerId? Parent, IdMaps Maps, Asker Asker, CancellationToken Cancellation)
        : IStagingCommand, ILocalMessage;
    public sealed record CreateStorageLayerOk : IReply, IWireMessage;

    /// <summary>Claims room on disk, for a layer that will be put. Refused with NoSpace when it would leave less free
    /// than must be, or when layers would be more than they may.</summary>
    /// <param name="Until">When the claim ends by itself.</param>
    public sealed record Reserve(long Bytes, DateTimeOffset Until, Asker Asker) : IStagingCommand, IWireMessage;
    public sealed record ReserveOk(ReservationId Reservation) : IReply, IWireMessage;

    /// <summary>Lets a claim go that was not used.</summary>
    public sealed record Release(ReservationId Reservation, Asker Asker) : IStagingCommand, IWireMessage;
    public sealed record ReleaseOk : IReply, IWireMessage;
}
