// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Commands;

/// <summary>exists: whether anything answers to each argument, and whether it is of the wanted kind.</summary>
internal static class ExistsCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var exists = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        var allAsWanted = true;
        foreach (var argument in context.Arguments)
        {
            var (known, asWanted) = await LookAsync(context, argument);
            exists[argument] = known;
            allAsWanted &= asWanted;
        }
        if (context.Json) PrintJson(context.Terminal, exists);
        else if (!context.Options.Flag(CommandOptions.Quiet)) PrintPlain(context.Terminal, exists);
        return allAsWanted ? 0 : 1;
    }

    /// <summary>What is printed is whether anything is there, whatever kind was asked for; the exit code is
    /// stricter. One text may stand for a layer, an image and a container at a time.</summary>
    private static async Task<(bool Known, bool AsWanted)> LookAsync(CommandContext context, string argument)
    {
        var options = context.Options;
        var (client, cancellation) = (context.Client, context.Cancellation);
        var isLayer = await client.FindLayerAsync(argument, cancellation) is not null;
        var isImage = Matters(CommandOptions.OnlyImage, isLayer)
            && await client.FindImageAsync(argument, cancellation) is not null;
        var isContainer = Matters(CommandOptions.OnlyContainer, isLayer || isImage)
            && await client.FindContainerAsync(argument, cancellation) is not null;
        var known = isLayer || isImage || isContainer;
        return (known, known && Satisfies(CommandOptions.OnlyLayer, isLayer)
            && Satisfies(CommandOptions.OnlyImage, isImage) && Satisfies(CommandOptions.OnlyContainer, isContainer));

        bool Matters(Parsing.OptionSpec kind, bool alreadyKnown) => !alreadyKnown || options.Flag(kind);
        bool Satisfies(Parsing.OptionSpec kind, bool isThatKind) => isThatKind || !options.Flag(kind);
    }

    private static void PrintPlain(Terminal terminal, SortedDictionary<string, bool> exists)
    {
        foreach (var (argument, known) in exists) terminal.OutLine($"{argument}: {(known ? "true" : "false")}");
    }

    private static void PrintJson(Terminal terminal, SortedDictionary<string, bool> exists)
    {
        var json = new GoJson().Open('{');
        foreach (var (argument, known) in exists) json.Key(argument).Value(known);
        terminal.Json(json.Close('}'));
    }
}
