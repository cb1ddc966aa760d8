// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk.Index;

namespace ActorStorage.Soak;

/// <summary>What a tool sees in a root.</summary>
/// <param name="Seen">Facts, as the ledger has them.</param>
/// <param name="Unneeded">Layers that no image and no container needs, children before their parents.</param>
internal sealed record View(SortedDictionary<string, string> Seen, IReadOnlyList<string> Unneeded)
{
    /// <summary>Records of any kind, as text.</summary>
    private sealed record Item(
        string Kind, string Id, string Value, string[] Names, IReadOnlyDictionary<string, string> Data,
        string? Needs = null);

    public static async Task<View> OfOursAsync(StorageClient client)
    {
        var all = await client.ListAllAsync();
        var items = new List<Item>();
        foreach (var layer in all.Records.Layers)
        {
            var data = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in layer.BigDataNames)
                data[key] = Sha256(await client.GetBigDataAsync(layer.Id.Value, key));
            items.Add(new Item(
                "layer", layer.Id.Value, HexOf(layer.DiffDigest) ?? Facts.NoArchive, [.. layer.Names], data,
                layer.Parent?.Value));
        }
        foreach (var image in all.Records.Images)
        {
            var data = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in image.BigData.Names)
                data[key] = Sha256(await client.GetImageDataAsync(image.Id.Value, key), image.BigData, key);
            var top = image.TopLayer?.Value ?? "";
            items.Add(new Item("image", image.Id.Value, top, [.. image.Names], data, top));
        }
        foreach (var container in all.Records.Containers)
        {
            var data = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in container.BigData.Names)
            {
                data[key] = Sha256(
                    await client.GetContainerDataAsync(container.Id.Value, key), container.BigData, key);
            }
            items.Add(new Item(
                "container", container.Id.Value, container.Image?.Value ?? "", [.. container.Names], data,
                container.Layer?.Value));
        }
        return Of(items);
    }

    public static async Task<View> OfGoAsync(Tool tool, StorageRoot root)
    {
        var items = new List<Item>();
        foreach (var kind in (string[])["layer", "image", "container"])
        {
            foreach (var record in await RecordsAsync(tool, root, $"{kind}s"))
            {
                var id = (string)record["id"]!;
                var data = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var key in Texts(record["big-data-names"]))
                    data[key] = (await tool.MustAsync(root, $"get-{kind}-data", id, key)).OutputSha256;
                var (value, needs) = kind switch
                {
                    "layer" => (((string?)record["diff-digest"])?["sha256:".Length..] ?? Facts.NoArchive, "parent"),
                    "image" => ((string?)record["layer"] ?? "", "layer"),
                    _ => ((string?)record["image"] ?? "", "layer"),
                };
                items.Add(new Item(kind, id, value, Texts(record["names"]), data, (string?)record[needs]));
            }
        }
        return Of(items);
    }

    private static View Of(IReadOnlyList<Item> items)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            seen[$"{item.Kind}/{item.Id}"] = item.Value;
            foreach (var name in item.Names)
            {
                if (item.Kind == "image" && name.StartsWith("localhost/", StringComparison.Ordinal))
                    seen[$"named/{name}"] = Facts.There;
                else if (item.Kind == "container" && name.StartsWith("built-", StringComparison.Ordinal))
                    seen[$"built/{name}"] = Facts.There;
                else
                    seen[$"{item.Kind}/{item.Id}/name/{name}"] = Facts.There;
            }
            foreach (var (key, sum) in item.Data) seen[$"{item.Kind}/{item.Id}/data/{key}"] = sum;
        }
        return new View(seen, UnneededOf(items));
    }

    private static IReadOnlyList<string> UnneededOf(IReadOnlyList<Item> items)
    {
        var layers = items.Where(item => item.Kind == "layer").ToDictionary(item => item.Id, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Kind != "layer"))
        {
            for (var at = item.Needs; at is not null && layers.TryGetValue(at, out var layer); at = layer.Needs)
                needed.Add(at);
        }
        return [.. layers.Keys.Where(id => !needed.Contains(id)).OrderByDescending(DepthOf)];

        int DepthOf(string id) => layers.TryGetValue(id, out var layer) && layer.Needs is { Length: > 0 } parent
            ? 1 + DepthOf(parent)
            : 0;
    }

    private static async Task<IEnumerable<JsonObject>> RecordsAsync(Tool tool, StorageRoot root, string verb)
    {
        var outcome = await tool.MustAsync(root, verb, "--json");
        return JsonNode.Parse(outcome.Output) is JsonArray list ? list.Select(node => node!.AsObject()) : [];
    }

    private static string[] Texts(JsonNode? node) =>
        node is JsonArray list ? [.. list.Select(each => (string)each!)] : [];

    private static string? HexOf(Disk.Digest? digest) => digest?.ToString()["sha256:".Length..];

    private static string Sha256(ReadOnlyMemory<byte> value) =>
        Convert.ToHexStringLower(SHA256.HashData(value.Span));

    private static string Sha256(ReadOnlyMemory<byte> value, BigDataItems items, string key)
    {
        var sum = Sha256(value);
        return items.SizeOf(key) == value.Length && HexOf(items.DigestOf(key)) == sum
            ? sum
            : $"{sum}, recorded as {items.SizeOf(key)} bytes, {items.DigestOf(key)}";
    }
}
