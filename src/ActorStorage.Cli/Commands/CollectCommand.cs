// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>collect: room is made by deleting layers that nothing holds. Less room than was asked for is a failure,
/// after all that could go has gone.</summary>
internal static class CollectCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var options = context.Options;
        var target = Target(options.Text(CommandOptions.Target));
        var unusedFor = CommandOptions.Duration(options, CommandOptions.UnusedFor, canBeZero: true);
        var dryRun = options.Flag(CommandOptions.DryRun);
        var gone = await context.Client.CollectAsync(
            target ?? long.MaxValue, unusedFor, dryRun, context.Cancellation);
        var bytes = gone.Sum(layer => layer.DiskBytes);
        if (context.Json) context.Terminal.Json(ToJson(gone, bytes, dryRun));
        else Print(context.Terminal, gone, bytes, dryRun);
        if (target is null || bytes >= target) return 0;
        context.Terminal.ErrorLine(
            $"collect: {bytes} of {target} bytes: the other layers are held, or were used within " +
            options.Text(CommandOptions.UnusedFor));
        return 1;
    }

    /// <summary>Null for as much as there is.</summary>
    private static long? Target(string text)
    {
        if (text.Length == 0) return null;
        return ByteCount.Parse(text) ?? throw new StorageException(
            StorageErrorKind.Invalid, $"--target: invalid number of bytes {Quoted.Text(text)}");
    }

    private static void Print(Terminal terminal, IReadOnlyList<UnusedLayer> layers, long bytes, bool dryRun)
    {
        foreach (var layer in layers) terminal.OutLine($"{layer.Layer} {layer.DiskBytes} {Time(layer)}");
        terminal.OutLine($"{(dryRun ? "to be deleted" : "deleted")}: {layers.Count}, {bytes} bytes");
    }

    private static GoJson ToJson(IReadOnlyList<UnusedLayer> layers, long bytes, bool dryRun)
    {
        var json = new GoJson().Open('{').Key("layers").Open('[');
        foreach (var layer in layers)
        {
            json.Open('{').Key("id").Value(layer.Layer.Value).Key("bytes").Value(layer.DiskBytes);
            json.Key("last-used").Value(Time(layer)).Close('}');
        }
        return json.Close(']').Key("bytes").Value(bytes).Key("dry-run").Value(dryRun).Close('}');
    }

    private static string Time(UnusedLayer layer) =>
        layer.LastUsed.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
