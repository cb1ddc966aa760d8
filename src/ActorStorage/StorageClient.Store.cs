// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Layers;

namespace ActorStorage;

/// <summary>What answers to a text: exactly one of the three is set.</summary>
public sealed record StoreItem(LayerRecord? Layer, ImageRecord? Image, ContainerRecord? Container)
{
    public IReadOnlyList<string> Names => Layer?.Names ?? Image?.Names ?? Container!.Names;

    public string Metadata => Layer?.Metadata ?? Image?.Metadata ?? Container!.Metadata;
}

/// <content>Operations on whatever answers to a text, and on the store as a whole.</content>
public sealed partial class StorageClient
{
    /// <summary>The layer, else the image, else the container that answers to the text; null for none.</summary>
    public async Task<StoreItem?> LookupAsync(string item, CancellationToken cancellation = default)
    {
        if (await FindLayerAsync(item, cancellation) is { } layer) return new StoreItem(layer, null, null);
        if (await FindImageAsync(item, cancellation) is { } image) return new StoreItem(null, image, null);
        return await FindContainerAsync(item, cancellation) is { } container
            ? new StoreItem(null, null, container)
            : null;
    }

    /// <summary>Everything at one point in time.</summary>
    public Task<WalkProtocol.ListAllOk> ListAllAsync(CancellationToken cancellation = default) =>
        Ask<WalkProtocol.ListAllOk>(asker => new WalkProtocol.ListAll(asker), cancellation);

    /// <summary>Changes the names of the layer, else the image, else the container that answers to the text.</summary>
    /// <returns>The names afterwards.</returns>
    public async Task<IReadOnlyList<string>> ChangeNamesOfAnyAsync(
        string item, NamesChange change, IReadOnlyList<string> names, CancellationToken cancellation = default)
    {
        var reply = await Ask<IReply>(
            asker => new LayerProtocol.ChangeLayerNames(item, change, [.. names], PassOn: true, asker), cancellation);
        return reply switch
        {
            LayerProtocol.ChangeLayerNamesOk layer => layer.Names,
            ImageProtocol.ChangeImageNamesOk image => image.Names,
            _ => ((ContainerProtocol.ChangeContainerNamesOk)reply).Names,
        };
    }

    /// <summary>Sets the metadata of the layer, else the image, else the container that answers to the text.</summary>
    public Task SetMetadataOfAnyAsync(string item, string metadata, CancellationToken cancellation = default) =>
        Ask<IReply>(
            asker => new LayerProtocol.SetLayerMetadata(item, metadata, PassOn: true, asker), cancellation);

    /// <summary>Deletes the container, else the image's record, else the layer that answers to the text, whoever needs
    /// it.</summary>
    public Task DeleteAnyAsync(string item, CancellationToken cancellation = default) =>
        Ask<WalkProtocol.DeleteAnyOk>(asker => new WalkProtocol.DeleteAny(item, asker), cancellation);

    /// <summary>Mounts the layer of a container, or a layer, or counts one user more.</summary>
    /// <returns>The mount point.</returns>
    public async Task<string> MountAsync(
        string containerOrLayer, string? mountLabel = null, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.MountLayerOk>(
            asker => new StorageProtocol.MountLayer(
                containerOrLayer, OrContainer: true, ReadOnly: false, mountLabel, asker),
            cancellation)).MountPoint;

    /// <param name="containerOrLayer">Also where one is mounted.</param>
    /// <returns>Whether it is unmounted now: false while others use it.</returns>
    public async Task<bool> UnmountAsync(
        string containerOrLayer, bool force = false, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.UnmountLayerOk>(
            asker => new StorageProtocol.UnmountLayer(containerOrLayer, OrContainer: true, force, asker),
            cancellation)).Unmounted;

    /// <summary>Deletes every container, image and layer, mounted or not.</summary>
    /// <returns>How many layers there were.</returns>
    public async Task<int> WipeAsync(CancellationToken cancellation = default) =>
        (await Ask<WalkProtocol.WipeOk>(asker => new WalkProtocol.Wipe(asker), cancellation)).LayersDeleted;

    /// <summary>Removes directories and files of the store that no record names, in holds of a moment each, while
    /// others work.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> CollectGarbageAsync(CancellationToken cancellation = default)
    {
        var removed = 0;
        // From right to left, as records are made from left to right: what a record is about to name stays.
        removed += await ContainersCollectedAsync(cancellation);
        removed += await ImagesCollectedAsync(cancellation);
        return removed + await LayersCollectedAsync(cancellation);
    }

    private async Task<int> ContainersCollectedAsync(CancellationToken cancellation) =>
        (await Ask<ContainerProtocol.CollectContainersOk>(
            asker => new ContainerProtocol.CollectContainers(asker), cancellation)).ItemsRemoved;

    private async Task<int> ImagesCollectedAsync(CancellationToken cancellation) =>
        (await Ask<ImageProtocol.CollectImagesOk>(
            asker => new ImageProtocol.CollectImages(asker), cancellation)).ItemsRemoved;

    private async Task<int> LayersCollectedAsync(CancellationToken cancellation)
    {
        for (var removed = 0; ;)
        {
            var collected = await Ask<LayerProtocol.CollectLayersOk>(
                asker => new LayerProtocol.CollectLayers(asker), cancellation);
            removed += collected.ItemsRemoved;
            if (collected.IsAll) return removed;
        }
    }
}
