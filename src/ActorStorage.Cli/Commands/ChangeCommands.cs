// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>changes and diffsize: what a layer does to what is below it.</summary>
internal static class ChangeCommands
{
    public static async Task<int> Changes(CommandContext context)
    {
        var layer = await context.LayerAsync(context.Arguments[0]);
        var changes = await context.Client.ChangesAsync(
            layer.Id.Value, Reference(context), context.Cancellation);
        if (context.Json) PrintJson(context.Terminal, changes);
        else foreach (var (kind, path) in changes) context.Terminal.OutLine($"{Word(kind)} {GoQuote.Of(path)}");
        return 0;
    }

    public static async Task<int> DiffSize(CommandContext context)
    {
        var layer = await context.LayerAsync(context.Arguments[0]);
        var size = await context.Client.DiffSizeAsync(layer.Id.Value, Reference(context), context.Cancellation);
        context.Terminal.OutLine($"{size}");
        return 0;
    }

    private static string? Reference(CommandContext context) =>
        context.Arguments.Count > 1 && context.Arguments[1].Length > 0 ? context.Arguments[1] : null;

    private static string Word(LayerChangeKind kind) => kind switch
    {
        LayerChangeKind.Added => "Add",
        LayerChangeKind.Deleted => "Delete",
        _ => "Modify",
    };

    private static void PrintJson(Terminal terminal, IReadOnlyCollection<LayerChange> changes)
    {
        var json = new GoJson();
        if (changes.Count == 0)
        {
            terminal.Json(json.Raw("null"u8));
            return;
        }
        json.Open('[');
        foreach (var (kind, path) in changes)
        {
            json.Open('{').Key("Path").Value(path).Key("Kind").Value((int)kind).Close('}');
        }
        terminal.Json(json.Close(']'));
    }
}
