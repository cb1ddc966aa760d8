// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
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

    /// <summary>What a layer without a record is to be put on.</summary>
    /// <param name="Maps">Who owns what is made.</param>
    public sealed record PlanStorageLayer(LayerId LayerId, LayerId? Parent, IdMaps Maps, Asker Asker)
        : ILayerQuery, ILocalMessage;

    /// <param name="Plan">Null when the driver has the layer already, and keeps it.</param>
    public sealed record PlanStorageLayerOk(TreePlan? Plan) : IReply, ILocalMessage;

    /// <summary>Where the contents of a layer lie, for reading them back without a lock.</summary>
    /// <param name="Reference">What the layer is to be compared with; null for its parent.</param>
    public sealed record LocateLayer(string Layer, string? Reference, Asker Asker) : ILayerQuery, ILocalMessage;

    /// <param name="Parent">The layer's own parent; null for none.</param>
    /// <param name="Reference">What it is to be compared with: the parent too when the text names nothing.</param>
    public sealed record LocateLayerOk(LayerRecord Layer, LayerRecord? Parent, LayerRecord? Reference)
        : IReply, ILocalMessage;

    /// <summary>Which layer a container of an image is to be built on.</summary>
    /// <param name="Image">Null for a container made of nothing.</param>
    /// <param name="Maps">How ids inside the container shall lie on the host.</param>
    public sealed record PlanTopLayer(ImageRecord? Image, WantedMaps Maps, Asker Asker) : ILayerQuery, ILocalMessage;

    public sealed record PlanTopLayerOk(ContainerLayerChoice Choice) : IReply, ILocalMessage;

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
    public sealed record DeleteLayer(string Layer, bool Force, Asker Asker) : WalkProtocol.IWalk, IWireMessage;
    public sealed record DeleteLayerOk : IReply, IWireMessage;

    /// <param name="PassOn">Whether images and containers are asked when no layer answers to the text.</param>
    public sealed record ChangeLayerNames(
        string Layer, NamesChange Change, ImmutableArray<string> Names, bool PassOn, Asker Asker)
        : ILayerCommand, IWireMessage;
    public sealed record ChangeLayerNamesOk(ImmutableArray<string> Names) : IReply, IWireMessage;

    /// <param name="PassOn">Whether images and containers are asked when no layer answers to the text.</param>
    public sealed record SetLayerMetadata(string Layer, string Metadata, bool PassOn, Asker Asker)
        : ILayerCommand, IWireMessage;
    public sealed record SetLayerMetadataOk : IReply, IWireMessage;

    public sealed record SetBigData(string Layer, string Key, ReadOnlyMemory<byte> Value, Asker Asker)
        : ILayerCommand, IWireMessage;
    public sealed record SetBigDataOk : IReply, IWireMessage;

    /// <summary>Enters what an archive was that has been applied to a layer that exists.</summary>
    public sealed record CommitDiff(LayerWrite.SetDiff Diff, Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record CommitDiffOk(LayerRecord Layer) : IReply, ILocalMessage;

    /// <summary>Removes layer directories, tar-split files and data that no record names.</summary>
    public sealed record CollectLayers(Asker Asker) : ILayerCommand, IWireMessage;

    /// <param name="IsAll">False when there may be more: one hold of the lock takes a limited number.</param>
    public sealed record CollectLayersOk(int ItemsRemoved, bool IsAll) : IReply, IWireMessage;

    /// <summary>Makes a staged layer visible that the driver shall know and the index shall not. The staged directory
    /// is used up or thrown away, whatever the answer.</summary>
    public sealed record CommitStorageLayer(StagedTree Tree, Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record CommitStorageLayerOk : IReply, ILocalMessage;

    public sealed record DeleteStorageLayer(LayerId Layer, Asker Asker) : ILayerCommand, IWireMessage;
    public sealed record DeleteStorageLayerOk : IReply, IWireMessage;

    /// <summary>Every layer that the driver knows, recorded or not.</summary>
    public sealed record ListStorageLayers(Asker Asker) : ILayerCommand, IWireMessage;
    public sealed record ListStorageLayersOk(ImmutableArray<LayerId> Layers) : IReply, IWireMessage;

    /// <summary>Clears what an engine left that was killed in the middle of a commit. Sent once, at the
    /// start.</summary>
    public sealed record RecoverLayers(Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record RecoverLayersOk(int ItemsRemoved) : IReply, IWireMessage;

    // Sent by the holder of storage.lock, which keeps it until the answer.
    /// <param name="OrContainer">Whether the text may name a container, whose layer it is then.</param>
    public sealed record MountLayerWhileHeld(
        string Layer, bool OrContainer, bool ReadOnly, string? MountLabel, Asker Asker)
        : WalkProtocol.IWalk, ILocalMessage;
    public sealed record MountLayerOk(string MountPoint) : IReply, IWireMessage;

    /// <param name="OrContainer">Whether the text may name a container, whose layer it is then.</param>
    public sealed record UnmountLayerWhileHeld(string Layer, bool OrContainer, bool Force, Asker Asker)
        : WalkProtocol.IWalk, ILocalMessage;

    /// <param name="Unmounted">False while others still use the mount.</param>
    public sealed record UnmountLayerOk(bool Unmounted) : IReply, IWireMessage;

    /// <summary>Unmounts what is mounted if forced; refused with InUse when something is.</summary>
    public sealed record ReleaseMountsWhileHeld(bool Force, Asker Asker) : ILayerCommand, ILocalMessage;
    public sealed record ReleaseMountsOk : IReply, IWireMessage;
}
