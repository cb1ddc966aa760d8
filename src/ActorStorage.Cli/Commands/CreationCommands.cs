// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>create-layer and import-layer: one layer, empty or filled from one tar.</summary>
internal static class CreationCommands
{
    public static Task<int> CreateLayer(CommandContext context) => PutAsync(context, NewLayer(context), blob: null);

    public static async Task<int> ImportLayer(CommandContext context)
    {
        var layer = NewLayer(context);
        var file = context.Options.Text(CommandOptions.InputFile);
        if (file.Length > 0) return await PutAsync(context, layer, LayerBlob.FromFile(InputFiles.Existing(file)));
        await using var input = new StandardInput(context.Cancellation);
        return await PutAsync(context, layer, new LayerBlob("standard input", () => input));
    }

    private static NewLayer NewLayer(CommandContext context)
    {
        var options = context.Options;
        IdMapOptions.RefuseMaps(options);
        var id = options.Text(CommandOptions.Id);
        return new NewLayer
        {
            Id = id.Length > 0 ? new LayerId(id) : LayerId.Random(),
            Names = [.. options.List(CommandOptions.Name).Distinct(StringComparer.Ordinal)],
            Parent = context.FirstOrNull,
            MountLabel = options.Text(CommandOptions.Label),
        };
    }

    private static async Task<int> PutAsync(CommandContext context, NewLayer wanted, LayerBlob? blob)
    {
        var (layer, _) = await context.Client.PutLayerAsync(new PutLayer(wanted, blob), context.Cancellation);
        if (context.Json) context.Terminal.Json(new GoJson().Record(layer.Encoded.Span));
        else PrintPlain(context.Terminal, layer.Id, layer.Names);
        return 0;
    }

    private static void PrintPlain(Terminal terminal, LayerId id, IEnumerable<string> names)
    {
        terminal.OutLine(id.Value);
        foreach (var name in names) terminal.OutLine($"\t{name}");
    }
}
