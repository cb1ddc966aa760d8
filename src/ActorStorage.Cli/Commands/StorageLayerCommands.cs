// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>create-storage-layer and storage-layers: what the driver has, recorded or not.</summary>
internal static class StorageLayerCommands
{
    public static async Task<int> Create(CommandContext context)
    {
        var maps = IdMapOptions.Read(context.Options).Maps;
        var given = context.Options.Text(CommandOptions.Id);
        var id = given.Length > 0 ? new LayerId(given) : LayerId.Random();
        LayerId? parent = context.FirstOrNull is { } text ? new LayerId(text) : null;
        await context.Client.CreateStorageLayerAsync(id, parent, maps, context.Cancellation);
        if (context.Json) context.Terminal.Json(GoJson.Of(id.Value));
        else context.Terminal.OutLine(id.Value);
        return 0;
    }

    public static async Task<int> List(CommandContext context)
    {
        var layers = await context.Client.ListStorageLayersAsync(context.Cancellation);
        if (context.Json)
        {
            context.Terminal.Json(GoJson.Of([.. layers.Select(layer => layer.Value)], absentWhenEmpty: false));
            return 0;
        }
        foreach (var layer in layers) context.Terminal.OutLine(layer.Value);
        return 0;
    }
}
