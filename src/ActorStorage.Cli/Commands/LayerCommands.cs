// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>layers, layer and exists: what there is.</summary>
internal static class LayerCommands
{
    public static async Task<int> Layers(CommandContext context)
    {
        var layers = await context.Client.ListLayersAsync(context.Cancellation);
        if (context.Json) PrintJson(context.Terminal, layers, absentWhenEmpty: true);
        else if (context.Options.Flag(CommandOptions.Tree)) await PrintTreeAsync(context, layers);
        else PrintPlain(context.Terminal, layers, context.Options.Flag(CommandOptions.Quick));
        return 0;
    }

    public static async Task<int> Layer(CommandContext context)
    {
        var found = new List<LayerRecord>();
        foreach (var argument in context.Arguments)
        {
            // What is not found is not mentioned: only the exit code tells.
            if (await context.Client.FindLayerAsync(argument, context.Cancellation) is { } layer) found.Add(layer);
        }
        if (context.Json) PrintJson(context.Terminal, found, absentWhenEmpty: false);
        else foreach (var layer in found) PrintDetails(context.Terminal, layer);
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    public static async Task<int> Exists(CommandContext context)
    {
        var options = context.Options;
        var exists = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var argument in context.Arguments)
        {
            exists[argument] = await context.Client.FindLayerAsync(argument, context.Cancellation) is not null;
        }
        if (context.Json)
        {
            var json = new GoJson().Open('{');
            foreach (var (argument, known) in exists) json.Key(argument).Value(known);
            context.Terminal.Json(json.Close('}'));
        }
        else if (!options.Flag(CommandOptions.Quiet))
        {
            foreach (var (argument, known) in exists)
            {
                context.Terminal.OutLine($"{argument}: {(known ? "true" : "false")}");
            }
        }
        // A layer is neither an image nor a container; the value printed does not care, the exit code does.
        var otherKind = options.Flag(CommandOptions.OnlyImage) || options.Flag(CommandOptions.OnlyContainer);
        return exists.Values.All(known => known) && !otherKind ? 0 : 1;
    }

    private static void PrintPlain(Terminal terminal, IReadOnlyList<LayerRecord> layers, bool idsOnly)
    {
        foreach (var layer in layers)
        {
            terminal.OutLine(layer.Id.Value);
            if (idsOnly) continue;
            foreach (var name in layer.Names) terminal.OutLine($"\tname: {name}");
        }
    }

    private static async Task PrintTreeAsync(CommandContext context, IReadOnlyList<LayerRecord> layers)
    {
        var mounts = await context.Client.ListMountsAsync(context.Cancellation);
        var paths = mounts.ToDictionary(mount => mount.Layer, mount => mount.Path);
        context.Terminal.Out(LayerTree.Render([.. layers.Select(Node)]));

        TreeLayer Node(LayerRecord layer)
        {
            var notes = layer.Names.Select(name => $"name: {name}").ToList();
            if (paths.TryGetValue(layer.Id, out var path)) notes.Add($"mount: {path}");
            return new TreeLayer(layer.Id.Value, layer.Parent?.Value ?? "", notes);
        }
    }

    private static void PrintDetails(Terminal terminal, LayerRecord layer)
    {
        terminal.OutLine($"ID: {layer.Id}");
        PrintIdMaps(terminal, "UID", layer.IdMaps.Users);
        PrintIdMaps(terminal, "GID", layer.IdMaps.Groups);
        if (layer.Parent is not null) terminal.OutLine($"Parent: {layer.Parent}");
        foreach (var name in layer.Names) terminal.OutLine($"Name: {name}");
    }

    private static void PrintIdMaps(Terminal terminal, string kind, IEnumerable<IdMap> maps)
    {
        foreach (var map in maps)
        {
            terminal.OutLine($"{kind} mapping: (container={map.ContainerId}, host={map.HostId}, size={map.Size})");
        }
    }

    private static void PrintJson(Terminal terminal, IReadOnlyList<LayerRecord> layers, bool absentWhenEmpty)
    {
        var json = new GoJson();
        if (layers.Count == 0 && absentWhenEmpty)
        {
            terminal.Json(json.Raw("null"u8));
            return;
        }
        json.Open('[');
        foreach (var layer in layers) json.Record(layer.Encoded.Span);
        terminal.Json(json.Close(']'));
    }
}
