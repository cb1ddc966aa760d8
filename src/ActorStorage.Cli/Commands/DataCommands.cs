// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>list-layer-data, get-layer-data and set-layer-data: named items that a layer carries.</summary>
internal static class DataCommands
{
    public static async Task<int> List(CommandContext context)
    {
        var layer = await context.Client.GetLayerAsync(context.Arguments[0], context.Cancellation);
        if (context.Json) context.Terminal.Json(GoJson.Of(layer.BigDataNames, absentWhenEmpty: true));
        else foreach (var key in layer.BigDataNames) context.Terminal.OutLine(key);
        return 0;
    }

    public static async Task<int> Get(CommandContext context)
    {
        var (id, key) = (context.Arguments[0], context.Arguments[1]);
        var file = context.Options.Text(CommandOptions.OutputFile);
        // The file is made first, and stays behind empty when the item is missing: scripts may rely on it.
        await using var target = file.Length > 0 ? InputFiles.Create(file) : null;
        var layer = await context.Client.GetLayerAsync(id, context.Cancellation);
        if (!layer.BigDataNames.Contains(key)) throw NoSuchItem(layer.Id, key);
        var bytes = await context.Client.GetBigDataAsync(layer.Id.Value, key, context.Cancellation);
        (target ?? context.Terminal.OutputBytes()).Write(bytes.Span);
        return 0;
    }

    public static async Task<int> Set(CommandContext context)
    {
        var (id, key) = (context.Arguments[0], context.Arguments[1]);
        var file = context.Options.Text(CommandOptions.InputFile);
        var bytes = await InputFiles.ReadAllAsync(file, context.Cancellation);
        if (key.Length == 0)
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                "can't set empty name for layer big data item: not a valid name for a big data item");
        }
        await context.Client.SetBigDataAsync(id, key, bytes, context.Cancellation);
        return 0;
    }

    // The empty path keeps it from being read as "no such layer".
    private static StorageException NoSuchItem(LayerId layer, string key) => new(
        StorageErrorKind.NotFound,
        $"locating item named {Quoted.Text(key)} for layer with ID {Quoted.Text(layer.Value)}: "
            + "file does not exist", "");
}
