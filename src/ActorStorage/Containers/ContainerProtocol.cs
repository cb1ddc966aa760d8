// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Containers;

public readonly record struct ContainerStoreRef(IActorRef Ref);

/// <summary>
/// What one may say to the container store. Each request is answered once: with the reply named after it, or with
/// <see cref="Refused"/>. A <c>Container</c> that is a text is an id, a name, the id of the container's layer, or the
/// beginning of one id only.
/// </summary>
public static class ContainerProtocol
{
    /// <summary>Changes the store; waits for containers.lock together with all others that wait.</summary>
    public interface IContainerCommand : IRequest;

    /// <summary>Reads the store; takes no lock while nobody has written since the last look.</summary>
    public interface IContainerQuery : IRequest;

    // Queries.
    public sealed record GetContainer(string Container, Asker Asker) : IContainerQuery, IWireMessage;
    public sealed record GetContainerOk(ContainerRecord Container) : IReply, ILocalMessage;

    public sealed record FindContainer(string Container, Asker Asker) : IContainerQuery, IWireMessage;
    public sealed record FindContainerOk(ContainerRecord? Container) : IReply, ILocalMessage;

    /// <summary>All containers at one point in time, volatile ones last.</summary>
    public sealed record ListContainers(Asker Asker) : IContainerQuery, IWireMessage;
    public sealed record ListContainersOk(IReadOnlyList<ContainerRecord> Containers) : IReply, ILocalMessage;

    public sealed record GetContainerData(string Container, string Key, Asker Asker) : IContainerQuery, IWireMessage;
    public sealed record GetContainerDataOk(ReadOnlyMemory<byte> Value) : IReply, IWireMessage;

    // Commands.
    public sealed record ChangeContainerNames(
        string Container, NamesChange Change, ImmutableArray<string> Names, Asker Asker)
        : IContainerCommand, IWireMessage;
    public sealed record ChangeContainerNamesOk(ImmutableArray<string> Names) : IReply, IWireMessage;

    public sealed record SetContainerMetadata(string Container, string Metadata, Asker Asker)
        : IContainerCommand, IWireMessage;
    public sealed record SetContainerMetadataOk : IReply, IWireMessage;

    public sealed record SetContainerData(string Container, string Key, ReadOnlyMemory<byte> Value, Asker Asker)
        : IContainerCommand, IWireMessage;
    public sealed record SetContainerDataOk : IReply, IWireMessage;

    /// <summary>Size and digest of an item; what was not recorded is measured and recorded.</summary>
    public sealed record MeasureContainerData(string Container, string Key, Asker Asker)
        : IContainerCommand, IWireMessage;
    public sealed record MeasureContainerDataOk(long SizeBytes, Digest Digest) : IReply, IWireMessage;

    /// <summary>A directory for the container's owner, made if it is missing.</summary>
    /// <param name="InRunRoot">Gone after a reboot; else it lives as long as the container.</param>
    public sealed record GetContainerDirectory(string Container, bool InRunRoot, Asker Asker)
        : IContainerCommand, IWireMessage;
    public sealed record GetContainerDirectoryOk(string Path) : IReply, IWireMessage;

    /// <summary>Removes directories that no record names.</summary>
    public sealed record CollectContainers(Asker Asker) : IContainerCommand, IWireMessage;
    public sealed record CollectContainersOk(int ItemsRemoved) : IReply, IWireMessage;

    // Sent by the holder of locks on the left, which keeps them until the answer.
    public sealed record CreateContainerWhileHeld(NewContainer Container, ImageId? Image, LayerId Layer, Asker Asker)
        : IContainerCommand, ILocalMessage;
    public sealed record CreateContainerOk(ContainerRecord Container) : IReply, ILocalMessage;

    /// <summary>Removes the record and the directories of one container; its layer is the sender's business.</summary>
    public sealed record DropContainerWhileHeld(ContainerId Container, Asker Asker) : IContainerCommand, ILocalMessage;
    public sealed record DropContainerOk : IReply, ILocalMessage;

    /// <summary>Removes every container record with its directories.</summary>
    public sealed record WipeContainersWhileHeld(Asker Asker) : IContainerCommand, ILocalMessage;
    public sealed record WipeContainersOk : IReply, ILocalMessage;
}
