// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <content>Containers. A container that is a text is an id, a name, the id of the container's layer, or the beginning
/// of one id only.</content>
public sealed partial class StorageClient
{
    public async Task<ContainerRecord> CreateContainerAsync(
        NewContainer container, CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.CreateContainerOk>(
            asker => new StagingProtocol.CreateContainer(container, asker, cancellation), cancellation)).Container;

    public async Task<ContainerRecord> GetContainerAsync(string container, CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.GetContainerOk>(
            asker => new ContainerProtocol.GetContainer(container, asker), cancellation)).Container;

    /// <returns>Null when nothing answers to that text.</returns>
    public async Task<ContainerRecord?> FindContainerAsync(
        string container, CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.FindContainerOk>(
            asker => new ContainerProtocol.FindContainer(container, asker), cancellation)).Container;

    /// <summary>All containers at one point in time, volatile ones last.</summary>
    public async Task<IReadOnlyList<ContainerRecord>> ListContainersAsync(CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.ListContainersOk>(
            asker => new ContainerProtocol.ListContainers(asker), cancellation)).Containers;

    public async Task<ReadOnlyMemory<byte>> GetContainerDataAsync(
        string container, string key, CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.GetContainerDataOk>(
            asker => new ContainerProtocol.GetContainerData(container, key, asker), cancellation)).Value;

    public Task SetContainerDataAsync(
        string container, string key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default) =>
        Ask<ContainerProtocol.SetContainerDataOk>(
            asker => new ContainerProtocol.SetContainerData(container, key, value, asker), cancellation);

    /// <summary>Size and digest of an item; what was not recorded is measured and recorded.</summary>
    public async Task<(long SizeBytes, Digest Digest)> MeasureContainerDataAsync(
        string container, string key, CancellationToken cancellation = default)
    {
        var measured = await Ask<ContainerProtocol.MeasureContainerDataOk>(
            asker => new ContainerProtocol.MeasureContainerData(container, key, asker), cancellation);
        return (measured.SizeBytes, measured.Digest);
    }

    /// <summary>A directory for the container's owner, made if it is missing.</summary>
    /// <param name="inRunRoot">Gone after a reboot; else it lives as long as the container.</param>
    public async Task<string> GetContainerDirectoryAsync(
        string container, bool inRunRoot = false, CancellationToken cancellation = default) =>
        (await Ask<ContainerProtocol.GetContainerDirectoryOk>(
            asker => new ContainerProtocol.GetContainerDirectory(container, inRunRoot, asker), cancellation)).Path;

    /// <summary>Bytes of the container's own layer, its data and its directories.</summary>
    public async Task<long> GetContainerSizeAsync(string container, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.GetSizeOk>(
            asker => new InspectionProtocol.GetContainerSize(container, asker, cancellation), cancellation)).SizeBytes;

    /// <summary>Deletes a container with its layer and its directories.</summary>
    public Task DeleteContainerAsync(string container, CancellationToken cancellation = default) =>
        Ask<WalkProtocol.DeleteContainerOk>(
            asker => new WalkProtocol.DeleteContainer(container, asker), cancellation);
}
