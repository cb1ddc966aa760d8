// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// What is recorded at this moment. Takes no lock, because a document is replaced as a whole.
/// </summary>
/// <param name="Layers">Without those that are being made or deleted: their records say so as long as not everything of
/// them is there.</param>
/// <param name="LayersInWork">Only those.</param>
internal sealed record RecordedIds(
    IReadOnlySet<string> Layers, IReadOnlySet<string> LayersInWork, IReadOnlySet<string> Images,
    IReadOnlySet<string> Containers)
{
    /// <exception cref="StorageException">Corrupt, naming the file.</exception>
    internal static RecordedIds Read(IDisk disk, StoragePaths paths)
    {
        LayerRecord[] layers =
        [
            .. ReadLayers(disk, paths.Layers, LayerIndexFile.StableName, DocumentKind.Stable),
            .. ReadLayers(disk, paths.VolatileLayers, LayerIndexFile.VolatileName, DocumentKind.Volatile),
            .. ReadLayers(disk, paths.ImageStoreLayers, LayerIndexFile.StableName, DocumentKind.ImageStore),
        ];
        string[] images = [.. ReadImages(disk, paths.Images), .. ReadImages(disk, paths.GraphRootImages)];
        string[] containers =
        [
            .. ReadContainers(disk, paths.Containers, ContainerIndexFile.StableName, DocumentKind.Stable),
            .. ReadContainers(disk, paths.VolatileContainers, ContainerIndexFile.VolatileName, DocumentKind.Volatile),
        ];
        var inWork = layers.ToLookup(layer => layer.Incomplete, layer => layer.Id.Value);
        return new RecordedIds(Set(inWork[false]), Set(inWork[true]), Set(images), Set(containers));
    }

    private static ImmutableArray<LayerRecord> ReadLayers(
        IDisk disk, string? directory, string name, DocumentKind document) =>
        Read(disk, directory, name) is var (bytes, path)
            ? RecordDocument.ParseLayers(bytes, path, document)
            : [];

    private static IEnumerable<string> ReadImages(IDisk disk, string directory) =>
        Read(disk, directory, ImageIndexFile.Name) is var (bytes, path)
            ? RecordDocument.ParseImages(bytes, path).Select(image => image.Id.Value)
            : [];

    private static IEnumerable<string> ReadContainers(
        IDisk disk, string directory, string name, DocumentKind document) =>
        Read(disk, directory, name) is var (bytes, path)
            ? RecordDocument.ParseContainers(bytes, path, document).Select(container => container.Id.Value)
            : [];

    private static (byte[] Bytes, string Path)? Read(IDisk disk, string? path, string name)
    {
        if (path is null) return null;
        try
        {
            using var directory = disk.OpenDirectory(path);
            return WholeFile.Read(disk, directory, name) is var (bytes, _) ? (bytes, $"{path}/{name}") : null;
        }
        catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
        {
            // Not every store has every directory, and a document may be replaced between looking and opening.
            return null;
        }
    }

    private static HashSet<string> Set(IEnumerable<string> ids) => new(ids, StringComparer.Ordinal);
}
