// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using Akka.Actor;

namespace ActorStorage.Layers;

public readonly record struct LayerStoreRef(IActorRef Ref);

/// <summary>
/// What one may say to the layer store. Each request is answered once: with the reply named after it, or with
/// <see cref="Refused"/>. A <c>Layer</c> that is a text is an id, a name, or the beginning of one id only.
/// </summary>
public static class LayerProtocol
{
    /// <summary>Changes the store; waits for layers.lock together with all others that wait.</summary>
    public interface ILayerCommand : IRequest;

    /// <summary>Reads the store; takes no lock while nobody has written since the last look.</summary>
    public interface ILayerQuery : IRequest;

    // Queries.
    public sealed record GetLayer(string Layer, Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record GetLayerOk(LayerRecord Layer) : IReply, ILocalMessage;

    public sealed record FindLayer(string Layer, Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record FindLayerOk(LayerRecord? Layer) : IReply, ILocalMessage;

    public sealed record FindLayersByDigest(Digest Digest, Asker Asker) : ILayerQuery, IWireMessage;

    /// <summary>All layers at one point in time, in the order of their records.</summary>
    public sealed record ListLayers(Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record ListLayersOk(IReadOnlyList<LayerRecord> Layers) : IReply, ILocalMessage;

    public sealed record GetBigData(string Layer, string Key, Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record GetBigDataOk(ReadOnlyMemory<byte> Value) : IReply, IWireMessage;

    public sealed record ListMounts(Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record ListMountsOk(ImmutableArray<MountPoint> Mounts) : IReply, IWireMessage;

    public sealed record GetMountCount(string Layer, Asker Asker) : ILayerQuery, IWireMessage;
    public sealed record GetMountCountOk(int Count) : IReply, IWireMessage;

    /// <summary>Whether a layer could be put, asked before anything of it is unpacked.</summary>
    public sealed record PlanLayer(LayerId LayerId, ImmutableArray<string> Names, string? Parent, Asker Asker)
        : ILayerQuery, ILocalMessage;

    /// <param name="Existing">The layer, when the id is in the store already.</param>
    /// <param name="ParentMaps">How the ids of the parent's files lie on the host; null without a parent.</param>
    public sealed record PlanLayerOk(LayerId? Parent, LayerRecord? Existing, IdMaps? ParentMaps)
        : IReply, ILocalMessage;

    /// <summary>Where the contents of a layer lie, for reading them back without a lock.</summary>
    public sealed record LocateLayer(string Layer, Asker Asker) : ILayerQuery, ILocalMessage;
    public sealed record LocateLayerOk(LayerRecord Layer) : IReply, ILocalMessage;

    /// <summary>How long each lock was waited for and held. Passes every owner of a lock from left to right.</summary>
    /// <param name="FromTheLeft">What those on the left have added.</param>
    public sealed record GetLockStatistics(ImmutableArray<LockStatistics> FromTheLeft, Asker Asker)
        : IRequest, IWireMessage;
    public sealed record GetLockStatisticsOk(ImmutableArray<LockStatistics> Locks) : IReply, IWireMessage;

    // Commands.
    /// <summary>Makes a staged layer visible. The staged directory is used up or thrown away, whatever the
    /// answer.</summary>
    public sealed record CommitStagedLayer(LayerWrite.Commit Commit, Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record CommitStagedLayerOk(LayerRecord Layer, bool AlreadyPresent) : IReply, ILocalMessage;

    /// <param name="Force">Also when images, containers or other layers need it.</param>
    public sealed record DeleteLayer(string Layer, bool Force, Asker Asker) : ILayerCommand, IWireMessage;
    public sealed record DeleteLayerOk : IReply, IWireMessage;

    public sealed record ChangeLayerNames(string Layer, NamesChange Change, ImmutableArray<string> Names, Asker Asker)
        : ILayerCommand, IWireMessage;
    public sealed record ChangeLayerNamesOk(ImmutableArray<string> Names) : IReply, IWireMessage;

    public sealed record SetLayerMetadata(string Layer, string Metadata, Asker Asker) : ILayerCommand, IWireMessage;
    public sealed record SetLayerMetadataOk : IReply, IWireMessage;

    public sealed record SetBigData(string Layer, string Key, ReadOnlyMemory<byte> Value, Asker Asker)
        : ILayerCommand, IWireMessage;
    public sealed record SetBigDataOk : IReply, IWireMessage;

    /// <summary>Deletes every layer. Refused while images or containers are recorded.</summary>
    public sealed record WipeLayers(Asker Asker) : ILayerCommand, IWireMessage;
    public sealed record WipeLayersOk(int LayersDeleted) : IReply, IWireMessage;

    /// <summary>Clears what an engine left that was killed in the middle of a commit. Sent once, at the
    /// start.</summary>
    public sealed record RecoverLayers(Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record RecoverLayersOk(int ItemsRemoved) : IReply, IWireMessage;

    // Sent by the holder of storage.lock, which keeps it until the answer.
    public sealed record MountLayerWhileHeld(string Layer, bool ReadOnly, string? MountLabel, Asker Asker)
        : ILayerCommand, ILocalMessage;
    public sealed record MountLayerOk(string MountPoint) : IReply, IWireMessage;

    public sealed record UnmountLayerWhileHeld(string Layer, bool Force, Asker Asker) : ILayerCommand, ILocalMessage;

    /// <param name="Unmounted">False while others still use the mount.</param>
    public sealed record UnmountLayerOk(bool Unmounted) : IReply, IWireMessage;

    /// <summary>Unmounts what is mounted if forced; refused with InUse when something is.</summary>
    public sealed record ReleaseMountsWhileHeld(bool Force, Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record ReleaseMountsOk : IReply, IWireMessage;
}
