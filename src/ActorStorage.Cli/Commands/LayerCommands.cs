// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;

namespace ActorStorage.Cli.Commands;

/// <summary>layers and layer: what layers there are, and what is made of them.</summary>
internal static class LayerCommands
{
    public static async Task<int> Layers(CommandContext context)
    {
        var quick = context.Options.Flag(CommandOptions.Quick) && !context.Options.Flag(CommandOptions.Tree);
        if (context.Json || quick)
        {
            var layers = await context.Client.ListLayersAsync(context.Cancellation);
            if (context.Json) context.Terminal.Json(RecordJson.Of(layers, absentWhenEmpty: true));
            else foreach (var layer in layers) context.Terminal.OutLine(layer.Id.Value);
            return 0;
        }
        var contents = await context.Client.ListAllAsync(context.Cancellation);
        if (context.Options.Flag(CommandOptions.Tree)) PrintTree(context.Terminal, contents);
        else PrintPlain(context.Terminal, contents);
        return 0;
    }

    public static async Task<int> Layer(CommandContext context)
    {
        var found = await context.FindAllAsync<LayerRecord>(context.Client.FindLayerAsync);
        if (context.Json) context.Terminal.Json(RecordJson.Of(found, absentWhenEmpty: false));
        else foreach (var layer in found) PrintDetails(context.Terminal, layer);
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    private static void PrintPlain(Terminal terminal, WalkProtocol.ListAllOk contents)
    {
        var users = new LayerUsers(contents);
        foreach (var layer in contents.Records.Layers)
        {
            terminal.OutLine(layer.Id.Value);
            foreach (var name in layer.Names) terminal.OutLine($"\tname: {name}");
            foreach (var image in users.Images(layer.Id))
            {
                terminal.OutLine($"\timage: {image.Id}");
                foreach (var name in image.Names) terminal.OutLine($"\t\tname: {name}");
            }
            foreach (var container in users.Containers(layer.Id))
            {
                terminal.OutLine($"\tcontainer: {container.Id}");
                foreach (var name in container.Names) terminal.OutLine($"\t\tname: {name}");
            }
        }
    }

    private static void PrintTree(Terminal terminal, WalkProtocol.ListAllOk contents)
    {
        var users = new LayerUsers(contents);
        var paths = contents.Mounts.ToLookup(mount => mount.Layer.Value, mount => mount.Path, StringComparer.Ordinal);
        terminal.Out(LayerTree.Render([.. contents.Records.Layers.Select(Node)]));

        TreeLayer Node(LayerRecord layer)
        {
            var notes = layer.Names.Select(name => $"name: {name}").ToList();
            notes.AddRange(paths[layer.Id.Value].Select(path => $"mount: {path}"));
            foreach (var image in users.Images(layer.Id))
            {
                notes.Add($"image: {image.Id}");
                notes.AddRange(image.Names.Select(name => $"image name: {name}"));
            }
            foreach (var container in users.Containers(layer.Id))
            {
                notes.Add($"container: {container.Id}");
                notes.AddRange(container.Names.Select(name => $"container name: {name}"));
            }
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
        if (layer.IsReadOnly) terminal.OutLine("Read Only: true");
    }

    private static void PrintIdMaps(Terminal terminal, string kind, IEnumerable<IdMap> maps)
    {
        foreach (var map in maps)
        {
            terminal.OutLine($"{kind} mapping: (container={map.ContainerId}, host={map.HostId}, size={map.Size})");
        }
    }

    /// <summary>
    /// What is made of each layer. By the texts of ids: framework code for these comes compiled, for ids of our own it
    /// would be compiled at every start.
    /// </summary>
    private sealed class LayerUsers(WalkProtocol.ListAllOk contents)
    {
        private readonly ILookup<string, ImageRecord> _images = ImagesByLayer(contents.Records.Images);

        private readonly ILookup<string, ContainerRecord> _containers = contents.Records.Containers
            .ToLookup(container => container.Layer?.Value ?? "", StringComparer.Ordinal);

        public IEnumerable<ImageRecord> Images(LayerId layer) => _images[layer.Value];

        public IEnumerable<ContainerRecord> Containers(LayerId layer) => _containers[layer.Value];

        private static ILookup<string, ImageRecord> ImagesByLayer(IReadOnlyList<ImageRecord> images)
        {
            var pairs = new List<KeyValuePair<string, ImageRecord>>();
            foreach (var image in images)
            {
                foreach (var layer in image.Layers) pairs.Add(new(layer.Value, image));
            }
            return pairs.ToLookup(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        }
    }
}
