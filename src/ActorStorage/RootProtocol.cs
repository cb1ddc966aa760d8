// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Graph;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <summary>What an open root tells the one who started it.</summary>
internal static class RootProtocol
{
    /// <summary>It is open, and here are those who work in it.</summary>
    public sealed record RootReady(
        GraphRef Graph, StagingRef Staging, InspectionRef Inspection, LayerStoreRef Layers, ImageStoreRef Images,
        ContainerStoreRef Containers) : ILocalMessage;

    /// <summary>It cannot be opened, or not be used any more, and ends.</summary>
    public sealed record RootFailed(StorageError Error) : ILocalMessage;
}
