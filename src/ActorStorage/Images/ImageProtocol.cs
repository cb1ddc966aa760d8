// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Images;

public readonly record struct ImageStoreRef(IActorRef Ref);

/// <summary>
/// What one may say to the image store. Each request is answered once: with the reply named after it, or with
/// <see cref="Refused"/>. An <c>Image</c> that is a text is an id, a name, or the beginning of one id only.
/// </summary>
public static class ImageProtocol
{
    /// <summary>Changes the store; waits for images.lock together with all others that wait.</summary>
    public interface IImageCommand : IRequest;

    /// <summary>Reads the store; takes no lock while nobody has written since the last look.</summary>
    public interface IImageQuery : IRequest;

    // Queries.
    public sealed record GetImage(string Image, Asker Asker) : IImageQuery, IWireMessage;
    public sealed record GetImageOk(ImageRecord Image) : IReply, ILocalMessage;

    public sealed record FindImage(string Image, Asker Asker) : IImageQuery, IWireMessage;
    public sealed record FindImageOk(ImageRecord? Image) : IReply, ILocalMessage;

    /// <summary>All images at one point in time: those of the writable store first, then of each other one.</summary>
    public sealed record ListImages(Asker Asker) : IImageQuery, IWireMessage;
    public sealed record ListImagesOk(IReadOnlyList<ImageRecord> Images) : IReply, ILocalMessage;

    /// <summary>Images that were given this digest, or one of whose manifests has it.</summary>
    public sealed record FindImagesByDigest(Digest Digest, Asker Asker) : IImageQuery, IWireMessage;

    public sealed record GetImageData(string Image, string Key, Asker Asker) : IImageQuery, IWireMessage;
    public sealed record GetImageDataOk(ReadOnlyMemory<byte> Value) : IReply, IWireMessage;

    // Commands.
    /// <param name="PassOn">Whether the container store is asked when no image answers to the text.</param>
    public sealed record ChangeImageNames(
        string Image, NamesChange Change, ImmutableArray<string> Names, bool PassOn, Asker Asker)
        : IImageCommand, IWireMessage;
    public sealed record ChangeImageNamesOk(ImmutableArray<string> Names) : IReply, IWireMessage;

    /// <param name="PassOn">Whether the container store is asked when no image answers to the text.</param>
    public sealed record SetImageMetadata(string Image, string Metadata, bool PassOn, Asker Asker)
        : IImageCommand, IWireMessage;
    public sealed record SetImageMetadataOk : IReply, IWireMessage;

    /// <param name="Digest">For manifests whose digest is not that of their bytes; else null.</param>
    public sealed record SetImageData(
        string Image, string Key, ReadOnlyMemory<byte> Value, Digest? Digest, Asker Asker)
        : IImageCommand, IWireMessage;
    public sealed record SetImageDataOk : IReply, IWireMessage;

    /// <summary>A directory for the image's owner, made if it is missing.</summary>
    /// <param name="InRunRoot">Gone after a reboot; else it lives as long as the image.</param>
    public sealed record GetImageDirectory(string Image, bool InRunRoot, Asker Asker) : IImageCommand, IWireMessage;
    public sealed record GetImageDirectoryOk(string Path) : IReply, IWireMessage;

    /// <summary>Removes directories that no record names.</summary>
    public sealed record CollectImages(Asker Asker) : IImageCommand, IWireMessage;
    public sealed record CollectImagesOk(int ItemsRemoved) : IReply, IWireMessage;

    // Sent by the holder of layers.lock, which keeps it until the answer.
    /// <param name="TopLayer">Resolved by the sender; null for an image without layers.</param>
    public sealed record CreateImageWhileHeld(NewImage Image, LayerId? TopLayer, Asker Asker)
        : IImageCommand, ILocalMessage;
    public sealed record CreateImageOk(ImageRecord Image) : IReply, ILocalMessage;

    /// <summary>Removes the record and the data of one image; layers are the sender's business.</summary>
    /// <param name="EvenWhenUsed">Whether containers made of it do not matter.</param>
    /// <param name="Test">Says what would be, and changes nothing.</param>
    public sealed record DropImageWhileHeld(string Image, bool EvenWhenUsed, bool Test, Asker Asker)
        : IImageCommand, ILocalMessage;

    /// <param name="Dropped">The records that are gone: several when several stores have the image.</param>
    /// <param name="Others">Every image that is left.</param>
    public sealed record DropImageOk(
        IReadOnlyList<ImageRecord> Dropped, IReadOnlyList<ImageRecord> Others,
        IReadOnlyList<ContainerRecord> Containers)
        : IReply, ILocalMessage;

    /// <summary>Enters a copy of the top layer with other id maps into an image's record.</summary>
    public sealed record AddMappedLayerWhileHeld(ImageRecord Image, LayerId Layer, Asker Asker)
        : IImageCommand, ILocalMessage;
    public sealed record AddMappedLayerOk(ImageRecord Image) : IReply, ILocalMessage;

    /// <summary>Takes a layer out of every image's list of mapped copies.</summary>
    public sealed record RemoveMappedLayerWhileHeld(LayerId Layer, Asker Asker) : IImageCommand, ILocalMessage;
    public sealed record RemoveMappedLayerOk : IReply, ILocalMessage;

    /// <summary>Makes a container's record, and before it enters the mapped copy that was made for it.</summary>
    public sealed record AddContainerWhileHeld(
        NewContainer Container, ImageRecord? Image, LayerId? MappedLayer, LayerId Layer, Asker Asker)
        : IImageCommand, ILocalMessage;

    /// <summary>All images and containers at one point in time; both locks are held together for it.</summary>
    public sealed record ListAllWhileHeld(Asker Asker) : IImageCommand, ILocalMessage;
    public sealed record ListAllOk(
        IReadOnlyList<ImageRecord> Images, IReadOnlyList<ContainerRecord> Containers) : IReply, ILocalMessage;

    /// <summary>Removes every image and container record with its data.</summary>
    public sealed record WipeImagesWhileHeld(Asker Asker) : IImageCommand, ILocalMessage;
    public sealed record WipeImagesOk : IReply, ILocalMessage;
}
