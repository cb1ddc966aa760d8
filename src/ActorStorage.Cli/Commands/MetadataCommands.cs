// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>metadata and set-metadata: text that a layer carries for its owner.</summary>
internal static class MetadataCommands
{
    public static async Task<int> Metadata(CommandContext context)
    {
        var known = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var allKnown = true;
        foreach (var argument in context.Arguments)
        {
            var layer = await context.Client.FindLayerAsync(argument, context.Cancellation);
            if (layer is null) allKnown = false;
            else known[argument] = WithoutNewline(layer.Metadata);
            if (!context.Json) PrintPlain(context, argument, WithoutNewline(layer?.Metadata ?? ""));
        }
        if (context.Json) PrintJson(context.Terminal, known);
        return allKnown ? 0 : 1;
    }

    public static async Task<int> SetMetadata(CommandContext context)
    {
        var metadata = context.Options.Text(CommandOptions.Metadata);
        var file = context.Options.Text(CommandOptions.MetadataFile);
        if (file.Length > 0)
        {
            metadata = Encoding.UTF8.GetString(await InputFiles.ReadAllAsync(file, context.Cancellation));
        }
        if (metadata.Length == 0) throw new StorageException(StorageErrorKind.Invalid, "no new metadata provided");
        try
        {
            await context.Client.SetMetadataAsync(context.Arguments[0], metadata, context.Cancellation);
            return 0;
        }
        catch (StorageException failure) when (failure.Error is { Kind: StorageErrorKind.NotFound, Path: null })
        {
            throw new StorageException(failure.Error with { Message = FailureWords.NotAnything, Path = "" }, failure);
        }
    }

    private static void PrintPlain(CommandContext context, string argument, string metadata) =>
        context.Terminal.OutLine(context.Options.Flag(CommandOptions.Quiet) ? metadata : $"{argument}: {metadata}");

    /// <summary>Exactly one newline at the end stays out of what is printed, whatever was stored.</summary>
    private static string WithoutNewline(string metadata) => metadata.EndsWith('\n') ? metadata[..^1] : metadata;

    private static void PrintJson(Terminal terminal, SortedDictionary<string, string> known)
    {
        var json = new GoJson().Open('{');
        foreach (var (argument, metadata) in known) json.Key(argument).Value(metadata);
        terminal.Json(json.Close('}'));
    }
}
