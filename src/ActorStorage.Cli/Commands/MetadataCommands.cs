// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>metadata and set-metadata: text that a layer, an image or a container carries for its owner.</summary>
internal static class MetadataCommands
{
    public static async Task<int> Metadata(CommandContext context)
    {
        var known = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var allKnown = true;
        foreach (var argument in context.Arguments)
        {
            var item = await context.Client.LookupAsync(argument, context.Cancellation);
            if (item is null) allKnown = false;
            else known[argument] = WithoutNewline(item.Metadata);
            if (!context.Json) PrintPlain(context, argument, WithoutNewline(item?.Metadata ?? ""));
        }
        if (context.Json) PrintJson(context.Terminal, known);
        return allKnown ? 0 : 1;
    }

    public static async Task<int> SetMetadata(CommandContext context)
    {
        var metadata = await GivenAsync(context);
        if (metadata.Length == 0) throw new StorageException(StorageErrorKind.Invalid, "no new metadata provided");
        try
        {
            await context.Client.SetMetadataOfAnyAsync(context.Arguments[0], metadata, context.Cancellation);
            return 0;
        }
        catch (StorageException failure) when (FailureWords.IsNotKnown(failure))
        {
            throw new StorageException(failure.Error with { Message = FailureWords.NotAnything, Path = "" }, failure);
        }
    }

    /// <summary>What the options give; a file wins. Empty for nothing.</summary>
    public static async Task<string> GivenAsync(CommandContext context)
    {
        var file = context.Options.Text(CommandOptions.MetadataFile);
        return file.Length > 0
            ? Encoding.UTF8.GetString(await InputFiles.ReadAllAsync(file, context.Cancellation))
            : context.Options.Text(CommandOptions.Metadata);
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
