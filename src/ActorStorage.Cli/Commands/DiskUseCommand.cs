// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.Inspection;

namespace ActorStorage.Cli.Commands;

/// <summary>disk-use: what each layer takes up, those without a record too, and what is left; the largest
/// first.</summary>
internal static class DiskUseCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var use = await context.Client.DiskUseAsync(context.Cancellation);
        var layers = await context.Client.ListLayersAsync(context.Cancellation);
        var names = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var layer in layers) names[layer.Id.Value] = layer.Names;
        if (context.Json) context.Terminal.Json(ToJson(use, names));
        else Print(context.Terminal, use, names);
        return 0;
    }

    private static void Print(
        Terminal terminal, InspectionProtocol.GetDiskUseOk found,
        Dictionary<string, IReadOnlyList<string>> names)
    {
        var use = found.Use;
        foreach (var (layer, bytes) in Sorted(use.Layers))
            terminal.OutLine(string.Join(' ', [$"{layer} {bytes}", .. names.GetValueOrDefault(layer, [])]));
        foreach (var (layer, bytes) in Sorted(use.Orphans)) terminal.OutLine($"{layer} {bytes} (no record)");
        terminal.OutLine($"layers: {use.Layers.Count}, {use.LayersBytes} bytes");
        terminal.OutLine($"without a record: {use.Orphans.Count}, {use.OrphansBytes} bytes");
        terminal.OutLine($"free: {found.FreeBytes} bytes");
        if (found.ImageStoreFreeBytes is { } images) terminal.OutLine($"free in the image store: {images} bytes");
    }

    private static GoJson ToJson(
        InspectionProtocol.GetDiskUseOk found, Dictionary<string, IReadOnlyList<string>> names)
    {
        var use = found.Use;
        var json = new GoJson().Open('{').Key("layers").Open('[');
        foreach (var (layer, bytes) in Sorted(use.Layers))
        {
            json.Open('{').Key("id").Value(layer).Key("names").Values(names.GetValueOrDefault(layer, []));
            json.Key("bytes").Value(bytes).Close('}');
        }
        json.Close(']').Key("orphans").Open('[');
        foreach (var (layer, bytes) in Sorted(use.Orphans))
            json.Open('{').Key("id").Value(layer).Key("bytes").Value(bytes).Close('}');
        json.Close(']').Key("layers-bytes").Value(use.LayersBytes).Key("orphans-bytes").Value(use.OrphansBytes);
        json.Key("free-bytes").Value(found.FreeBytes);
        if (found.ImageStoreFreeBytes is { } images) json.Key("imagestore-free-bytes").Value(images);
        return json.Close('}');
    }

    private static IEnumerable<(string Layer, long Bytes)> Sorted(IReadOnlyDictionary<LayerId, long> sizes) => sizes
        .Select(each => (Layer: each.Key.Value, Bytes: each.Value))
        .OrderByDescending(each => each.Bytes).ThenBy(each => each.Layer, StringComparer.Ordinal);
}
