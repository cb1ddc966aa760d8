// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// Which images and containers need which layers, read from the files of the stores to the right of the layer store.
/// Their locks are taken shared, for a moment and in the order of the stores.
/// </summary>
/// <param name="Images">Layer id to the id of an image.</param>
/// <param name="Containers">Layer id to the id of the container whose writable layer it is.</param>
public sealed record LayerReferences(
    IReadOnlyDictionary<string, string> Images, IReadOnlyDictionary<string, string> Containers)
{
    public bool IsEmpty => Images.Count == 0 && Containers.Count == 0;

    /// <exception cref="StorageException">Locked; Corrupt, naming the file.</exception>
    public static LayerReferences Load(StoragePaths paths, TimeSpan lockWaitMax)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        var containers = new Dictionary<string, string>(StringComparer.Ordinal);
        using var imagesLock = LockWait.Acquire(paths.ImagesLock, LockMode.Shared, lockWaitMax);
        using var containersLock = LockWait.Acquire(paths.ContainersLock, LockMode.Shared, lockWaitMax);
        Read($"{paths.Images}/images.json", images);
        Read($"{paths.Containers}/containers.json", containers);
        Read($"{paths.VolatileContainers}/volatile-containers.json", containers);
        return new LayerReferences(images, containers);
    }

    /// <summary>
    /// Whether the layer is a container's own: nobody may build on those. Takes no lock, because documents are replaced
    /// as a whole, and the answer may be old by the time the layer is committed with a lock as well as without.
    /// </summary>
    public static bool IsContainerLayer(StoragePaths paths, string layer)
    {
        var containers = new Dictionary<string, string>(StringComparer.Ordinal);
        Read($"{paths.Containers}/containers.json", containers);
        Read($"{paths.VolatileContainers}/volatile-containers.json", containers);
        return containers.ContainsKey(layer);
    }

    private static void Read(string path, Dictionary<string, string> references)
    {
        if (!File.Exists(path)) return;
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length == 0) return;
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return;
            foreach (var record in document.RootElement.EnumerateArray())
            {
                var id = record.GetProperty("id").GetString() ?? "";
                if (record.TryGetProperty("layer", out var layer)) references[layer.GetString() ?? ""] = id;
                if (!record.TryGetProperty("mapped-layers", out var mapped)) continue;
                foreach (var copy in mapped.EnumerateArray()) references[copy.GetString() ?? ""] = id;
            }
            references.Remove("");
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StorageException(StorageErrorKind.Corrupt, $"loading \"{path}\": {cause.Message}", path, cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageError.From(cause) with { Path = path }, cause);
        }
    }
}
