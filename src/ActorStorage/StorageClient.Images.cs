// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <content>Images. An image that is a text is an id, a name, or the beginning of one id only.</content>
public sealed partial class StorageClient
{
    public async Task<ImageRecord> CreateImageAsync(NewImage image, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.CreateImageOk>(
            asker => new WalkProtocol.CreateImage(image, asker), cancellation)).Image;

    public async Task<ImageRecord> GetImageAsync(string image, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.GetImageOk>(asker => new ImageProtocol.GetImage(image, asker), cancellation)).Image;

    /// <returns>Null when nothing answers to that text.</returns>
    public async Task<ImageRecord?> FindImageAsync(string image, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.FindImageOk>(asker => new ImageProtocol.FindImage(image, asker), cancellation)).Image;

    /// <summary>All images at one point in time.</summary>
    public async Task<IReadOnlyList<ImageRecord>> ListImagesAsync(CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.ListImagesOk>(asker => new ImageProtocol.ListImages(asker), cancellation)).Images;

    /// <summary>Images that were given this digest, or one of whose manifests has it.</summary>
    public async Task<IReadOnlyList<ImageRecord>> FindImagesByDigestAsync(
        Digest digest, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.ListImagesOk>(
            asker => new ImageProtocol.FindImagesByDigest(digest, asker), cancellation)).Images;

    public async Task<ReadOnlyMemory<byte>> GetImageDataAsync(
        string image, string key, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.GetImageDataOk>(
            asker => new ImageProtocol.GetImageData(image, key, asker), cancellation)).Value;

    /// <param name="digest">For manifests whose digest is not that of their bytes.</param>
    public Task SetImageDataAsync(
        string image, string key, ReadOnlyMemory<byte> value, Digest? digest = null,
        CancellationToken cancellation = default) =>
        Ask<ImageProtocol.SetImageDataOk>(
            asker => new ImageProtocol.SetImageData(image, key, value, digest, asker), cancellation);

    /// <summary>A directory for the image's owner, made if it is missing.</summary>
    /// <param name="inRunRoot">Gone after a reboot; else it lives as long as the image.</param>
    public async Task<string> GetImageDirectoryAsync(
        string image, bool inRunRoot = false, CancellationToken cancellation = default) =>
        (await Ask<ImageProtocol.GetImageDirectoryOk>(
            asker => new ImageProtocol.GetImageDirectory(image, inRunRoot, asker), cancellation)).Path;

    /// <summary>Bytes of all layers of the image and its mapped copies, each once, and of its data.</summary>
    public async Task<long> GetImageSizeAsync(string image, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.GetSizeOk>(
            asker => new InspectionProtocol.GetImageSize(image, asker, cancellation), cancellation)).SizeBytes;

    /// <summary>Deletes an image, and its layers as far as nothing else needs them.</summary>
    /// <param name="test">Says which layers would go, and changes nothing.</param>
    /// <returns>The layers that went, the topmost first.</returns>
    public async Task<ImmutableArray<LayerId>> DeleteImageAsync(
        string image, bool test = false, CancellationToken cancellation = default) =>
        (await Ask<WalkProtocol.DeleteImageOk>(
            asker => new WalkProtocol.DeleteImage(image, test, asker), cancellation)).Layers;

    /// <summary>Mounts an image's files, unmapped and read-only, or counts one user more.</summary>
    /// <returns>The mount point.</returns>
    public async Task<string> MountImageAsync(
        string image, string? mountLabel = null, CancellationToken cancellation = default)
    {
        var top = (await Ask<StagingProtocol.EnsureTopLayerOk>(
            asker => new StagingProtocol.EnsureTopLayer(image, WantedMaps.Host, asker, cancellation),
            cancellation)).Layer;
        return await MountLayerAsync(top.Id.Value, readOnly: true, mountLabel, cancellation);
    }
}
