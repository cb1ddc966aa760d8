// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <content>What layers hold: diffs, changes, sizes, checks.</content>
public sealed partial class StorageClient
{
    /// <summary>Writes a layer's changes as a tar. Against the parent it is the archive that the layer was made from,
    /// if there was one, bit for bit when not compressed.</summary>
    /// <param name="compression">Null for the one that is recorded.</param>
    /// <param name="reference">What to compare with; null for the parent.</param>
    public Task DiffAsync(
        string layer, Stream output, Compression? compression = null, string? reference = null,
        CancellationToken cancellation = default) =>
        Ask<InspectionProtocol.ExportLayerOk>(
            asker => new InspectionProtocol.ExportLayer(layer, reference, output, compression, asker, cancellation),
            cancellation);

    /// <summary>For those who read the contents of layers on threads of their own, because it may take them long. It is
    /// good while the root stays open.</summary>
    public async Task<LayerReading> ReadingAsync(CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.GetReadingOk>(
            asker => new InspectionProtocol.GetReading(asker, cancellation), cancellation)).Reading;

    /// <summary>What a layer changes against its parent or the reference, sorted by path.</summary>
    public async Task<ImmutableArray<LayerChange>> ChangesAsync(
        string layer, string? reference = null, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.GetChangesOk>(
            asker => new InspectionProtocol.GetChanges(layer, reference, asker, cancellation), cancellation)).Changes;

    /// <summary>Bytes of files that a layer adds or modifies.</summary>
    public async Task<long> DiffSizeAsync(
        string layer, string? reference = null, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.GetSizeOk>(
            asker => new InspectionProtocol.GetDiffSize(layer, reference, asker, cancellation), cancellation))
        .SizeBytes;

    /// <summary>Adds an archive to the contents of a layer that exists, mounted or not.</summary>
    public async Task<LayerRecord> ApplyDiffAsync(
        string layer, LayerBlob blob, CancellationToken cancellation = default) =>
        (await Ask<StagingProtocol.ApplyDiffOk>(
            asker => new StagingProtocol.ApplyDiff(layer, blob, asker, cancellation), cancellation)).Layer;

    /// <summary>Owners of the directories above a mount point that the id maps of the layer or container do not
    /// cover.</summary>
    public async Task<(ImmutableArray<uint> UserIds, ImmutableArray<uint> GroupIds)> GetParentOwnersAsync(
        string layerOrContainer, CancellationToken cancellation = default)
    {
        var owners = await Ask<InspectionProtocol.GetParentOwnersOk>(
            asker => new InspectionProtocol.GetParentOwners(layerOrContainer, asker, cancellation), cancellation);
        return (owners.UserIds, owners.GroupIds);
    }

    /// <summary>Compares everything that is recorded with what is there. Changes nothing.</summary>
    public async Task<CheckReport> CheckAsync(CheckOptions options, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.CheckOk>(
            asker => new InspectionProtocol.Check(options, asker, cancellation), cancellation)).Report;

    /// <summary>Shares the extents of equal files in all layers that images need, where the file system can.</summary>
    /// <returns>Bytes that are shared afterwards.</returns>
    public async Task<long> DeduplicateAsync(DedupHash hash, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.DeduplicateOk>(
            asker => new InspectionProtocol.Deduplicate(hash, asker, cancellation), cancellation)).BytesShared;

    /// <summary>Makes an empty layer that the driver knows and no record names.</summary>
    /// <param name="parent">Recorded or not; null for none.</param>
    /// <param name="maps">Who owns what is made; what is inherited keeps its owners.</param>
    public Task CreateStorageLayerAsync(
        LayerId layer, LayerId? parent, IdMaps maps, CancellationToken cancellation = default) =>
        Ask<StagingProtocol.CreateStorageLayerOk>(
            asker => new StagingProtocol.CreateStorageLayer(layer, parent, maps, asker, cancellation), cancellation);

    public Task DeleteStorageLayerAsync(LayerId layer, CancellationToken cancellation = default) =>
        Ask<LayerProtocol.DeleteStorageLayerOk>(
            asker => new LayerProtocol.DeleteStorageLayer(layer, asker), cancellation);

    /// <summary>Every layer that the driver knows, recorded or not.</summary>
    public async Task<ImmutableArray<LayerId>> ListStorageLayersAsync(CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.ListStorageLayersOk>(
            asker => new LayerProtocol.ListStorageLayers(asker), cancellation)).Layers;
}
