// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Tests.Crashes;

/// <summary>What a store holds, as text for each record and each mount. Ids of layers drawn by chance are '#'.
/// </summary>
internal sealed record StoreState(ImmutableSortedDictionary<string, string> Items)
{
    public static async Task<StoreState> OfAsync(StorageClient client)
    {
        var all = await client.ListAllAsync();
        var (records, mounts) = (all.Records, all.Mounts);
        var items = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var layer in records.Layers)
        {
            var value = $"names {Sorted(layer.Names)} parent {Id(layer.Parent?.Value)} diff {layer.DiffDigest} "
                + $"size {layer.DiffSizeBytes} metadata {layer.Metadata} maps {layer.IdMaps.Users.Length}";
            foreach (var key in layer.BigDataNames)
                value += $" {key}={Hash(await client.GetBigDataAsync(layer.Id.Value, key))}";
            Add(items, $"layer {Id(layer.Id.Value)}", value);
        }
        foreach (var image in records.Images)
        {
            var value = $"names {Sorted(image.Names)} top {Id(image.TopLayer?.Value)} metadata {image.Metadata} "
                + $"mapped {image.MappedLayers.Length}";
            foreach (var key in image.BigData.Names)
                value += Item(key, image.BigData, await client.GetImageDataAsync(image.Id.Value, key));
            Add(items, $"image {image.Id}", value);
        }
        foreach (var container in records.Containers)
        {
            var value = $"names {Sorted(container.Names)} image {container.Image} metadata {container.Metadata}";
            foreach (var key in container.BigData.Names)
                value += Item(key, container.BigData, await client.GetContainerDataAsync(container.Id.Value, key));
            Add(items, $"container {container.Id}", value);
        }
        foreach (var mount in mounts) Add(items, $"mount {Id(mount.Layer.Value)}", $"{mount.Count}");
        return new StoreState(items.ToImmutable());
    }

    /// <summary>Whether each record is as in the one state or as in the other, and whole.</summary>
    public bool IsBetween(StoreState before, StoreState after) => before.Items.Keys.Union(after.Items.Keys)
        .Union(Items.Keys)
        .All(key => Items.GetValueOrDefault(key) is var now
            && (now == before.Items.GetValueOrDefault(key) || now == after.Items.GetValueOrDefault(key)));

    /// <summary>The same without what is mounted, as after a reboot.</summary>
    public StoreState WithoutMounts() => new(Items.RemoveRange(Items.Keys.Where(IsMount)));

    public bool Equals(StoreState? other) => other is not null && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => Items.Count;

    public override string ToString() => string.Join('\n', Items.Select(item => $"  {item.Key}: {item.Value}"));

    private static bool IsMount(string key) => key.StartsWith("mount ", StringComparison.Ordinal);

    private static void Add(ImmutableSortedDictionary<string, string>.Builder items, string key, string value)
    {
        while (items.ContainsKey(key)) key += "'";
        items.Add(key, value);
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(',', names.Order(StringComparer.Ordinal));

    private static string Id(string? id) => id is { Length: 64 } ? "#" : id ?? "-";

    private static string Item(string key, BigDataItems items, ReadOnlyMemory<byte> value)
    {
        var digest = Digest.Sha256(SHA256.HashData(value.Span));
        var isRecorded = items.SizeOf(key) == value.Length && items.DigestOf(key) == digest;
        return $" {key}={Hash(value)}{(isRecorded ? "" : " (not as recorded)")}";
    }

    private static string Hash(ReadOnlyMemory<byte> value) =>
        Convert.ToHexStringLower(SHA256.HashData(value.Span))[..8];
}
