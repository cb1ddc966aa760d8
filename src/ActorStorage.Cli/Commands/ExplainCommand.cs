// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>explain: why layers must stay. Every argument is tried; one that names no layer is told and counts as a
/// failure.</summary>
internal static class ExplainCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var json = new GoJson().Open('{');
        var exitCode = 0;
        foreach (var layer in context.Arguments.Distinct(StringComparer.Ordinal))
        {
            IReadOnlyList<LayerHolder> holders = [];
            var failure = await FailureWords.OfAsync(
                async () => holders = await context.Client.ExplainLayerAsync(layer, context.Cancellation),
                FailureWords.LayerNotKnown);
            if (failure.Length > 0) exitCode = 1;
            json.Key(layer);
            AddTo(json, failure, holders);
            if (!context.Json) Print(context.Terminal, layer, failure, holders);
        }
        if (context.Json) context.Terminal.Json(json.Close('}'));
        return exitCode;
    }

    private static void Print(Terminal terminal, string layer, string failure, IReadOnlyList<LayerHolder> holders)
    {
        if (failure.Length > 0) terminal.ErrorLine($"{layer}: {failure}");
        else if (holders.Count == 0) terminal.OutLine($"{layer}: nothing holds it");
        foreach (var holder in holders) terminal.OutLine($"{layer}: {WordFor(holder.Kind)} {holder.Holder}");
    }

    private static void AddTo(GoJson json, string failure, IReadOnlyList<LayerHolder> holders)
    {
        json.Open('{');
        if (failure.Length > 0)
        {
            json.Key("error").Value(failure).Close('}');
            return;
        }
        json.Key("holders").Open('[');
        foreach (var holder in holders)
            json.Open('{').Key("kind").Value(WordFor(holder.Kind)).Key("holder").Value(holder.Holder).Close('}');
        json.Close(']').Close('}');
    }

    private static string WordFor(LayerHolderKind kind) => kind switch
    {
        LayerHolderKind.Layer => "layer",
        LayerHolderKind.Image => "image",
        LayerHolderKind.Container => "container",
        LayerHolderKind.Mount => "mount",
        LayerHolderKind.Lease => "lease",
        LayerHolderKind.OtherStore => "store",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a known holder"),
    };
}
