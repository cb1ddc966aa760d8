// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Layers;

/// <summary>
/// Requests that need several stores. They begin at the layer store, which keeps layers.lock while they walk to the
/// images and on to the containers: so they exclude each other, here and in every other process.
/// </summary>
public static class WalkProtocol
{
    public interface IWalk : LayerProtocol.ILayerCommand;

    /// <summary>Answered with <see cref="Images.ImageProtocol.CreateImageOk"/>.</summary>
    public sealed record CreateImage(NewImage Image, Asker Asker) : IWalk, ILocalMessage;

    /// <summary>Makes the staged layers of a container and its record visible, or nothing of them. Answered with
    /// <see cref="Containers.ContainerProtocol.CreateContainerOk"/>.</summary>
    /// <param name="Image">What the container is made of; null for none.</param>
    /// <param name="MappedCopy">A copy of the image's top layer that was made for this container, or null.</param>
    /// <param name="Layer">The container's own layer.</param>
    public sealed record CommitContainer(
        NewContainer Container, ImageRecord? Image, LayerWrite.Commit? MappedCopy, LayerWrite.Commit Layer,
        Asker Asker) : IWalk, ILocalMessage;

    /// <summary>Makes a copy of an image's top layer with other id maps visible, and enters it there.</summary>
    public sealed record CommitMappedCopy(ImageRecord Image, LayerWrite.Commit MappedCopy, Asker Asker)
        : IWalk, ILocalMessage;
    public sealed record CommitMappedCopyOk(LayerRecord Layer) : IReply, ILocalMessage;

    /// <summary>Deletes an image, and its layers as far as nothing else needs them. Refused with InUse while a
    /// container is made of it.</summary>
    /// <param name="Test">Says which layers would go, and changes nothing.</param>
    public sealed record DeleteImage(string Image, bool Test, Asker Asker) : IWalk, IWireMessage;
    public sealed record DeleteImageOk(ImmutableArray<LayerId> Layers) : IReply, IWireMessage;

    /// <summary>Deletes a container with its layer and its directories.</summary>
    public sealed record DeleteContainer(string Container, Asker Asker) : IWalk, IWireMessage;
    public sealed record DeleteContainerOk : IReply, IWireMessage;

    /// <summary>Deletes what answers to the text, a container, else an image's record, else a layer, whoever needs
    /// it.</summary>
    public sealed record DeleteAny(string Item, Asker Asker) : IWalk, IWireMessage;
    public sealed record DeleteAnyOk : IReply, IWireMessage;

    /// <summary>Deletes every container, image and layer, mounted or not.</summary>
    public sealed record Wipe(Asker Asker) : IWalk, IWireMessage;
    public sealed record WipeOk(int LayersDeleted) : IReply, IWireMessage;

    /// <summary>Deletes layers that nothing holds, the least recently used first, until so much room is made.</summary>
    /// <param name="SizesBytes">What each takes up; one that is missing counts as nothing.</param>
    /// <param name="UnusedSince">What was used or made after this stays: it may be for a record that is not written
    /// yet.</param>
    /// <param name="DryRun">Says which would go, and changes nothing.</param>
    public sealed record CollectUnused(
        IReadOnlyDictionary<LayerId, long> SizesBytes, long TargetBytes, DateTimeOffset UnusedSince, bool DryRun,
        Asker Asker) : IWalk, ILocalMessage;

    /// <param name="Layers">At most as many as one hold of the lock takes: ask again while there are some.</param>
    public sealed record CollectUnusedOk(ImmutableArray<UnusedLayer> Layers) : IReply, IWireMessage;

    /// <summary>Everything at one point in time: all locks are held together, shared, while it is read.</summary>
    public sealed record ListAll(Asker Asker) : IWalk, IWireMessage;
    public sealed record ListAllOk(StoreRecords Records, ImmutableArray<MountPoint> Mounts) : IReply, ILocalMessage;
}
