// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Images;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <summary>
/// What one may say to <see cref="StorageActor"/>. Besides these it takes everything of the other protocols and
/// hands it to where it belongs; who wants to save the hop asks for the addresses.
/// </summary>
public static class StorageProtocol
{
    public interface IStorageRequest : IRequest;

    /// <summary>One that passes several stores, and takes storage.lock first.</summary>
    public interface IWalk : IStorageRequest;

    /// <summary>Answered when the root is open, or with why it cannot be opened.</summary>
    public sealed record GetAddresses(Asker Asker) : IStorageRequest, ILocalMessage;
    public sealed record GetAddressesOk(
        StagingRef Staging, LayerStoreRef Layers, ImageStoreRef Images, ContainerStoreRef Containers)
        : IReply, ILocalMessage;

    /// <summary>Answered at once, whatever state the root is in.</summary>
    public sealed record GetHealth(Asker Asker) : IStorageRequest, IWireMessage;
    public sealed record GetHealthOk(StorageHealth Health) : IReply, IWireMessage;

    /// <param name="OrContainer">Whether the text may name a container, whose layer it is then.</param>
    public sealed record MountLayer(string Layer, bool OrContainer, bool ReadOnly, string? MountLabel, Asker Asker)
        : IWalk, IWireMessage;

    /// <param name="Layer">Also where a layer is mounted.</param>
    /// <param name="OrContainer">Whether the text may name a container, whose layer it is then.</param>
    public sealed record UnmountLayer(string Layer, bool OrContainer, bool Force, Asker Asker)
        : IWalk, IWireMessage;

    /// <summary>Takes the mount of the driver's home away. Refused with InUse while a layer is mounted; if forced, the
    /// layers are unmounted first and it is refused once all the same, as scripts expect.</summary>
    public sealed record Shutdown(bool Force, Asker Asker) : IWalk, IWireMessage;
    public sealed record ShutdownOk : IReply, IWireMessage;

    public sealed record GetStatus(Asker Asker) : IStorageRequest, IWireMessage;
    public sealed record GetStatusOk(StorageStatus Status) : IReply, IWireMessage;
}

public enum HealthState
{
    Healthy,

    /// <summary>Layers, images and containers are served as ever, but the journal is away.</summary>
    Degraded,

    /// <summary>The root is not open.</summary>
    Unavailable,
}

/// <summary>How an engine does.</summary>
/// <param name="Reason">For people; null when it is healthy.</param>
/// <param name="Since">Null when it is healthy, or when that is not known.</param>
public sealed record StorageHealth(HealthState State, string? Reason = null, DateTimeOffset? Since = null);

/// <summary>What a root is, as pairs for people, in the order in which the Go tools print them.</summary>
public sealed record StorageStatus(
    string GraphRoot, string RunRoot, string Driver, IReadOnlyList<string> DriverOptions,
    IReadOnlyList<KeyValuePair<string, string>> DriverStatus);
