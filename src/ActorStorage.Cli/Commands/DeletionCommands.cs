// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Commands;

/// <summary>delete and its three careful relatives: every argument is tried, each failure is named.</summary>
internal static class DeletionCommands
{
    /// <param name="Layers">What went with an image, or would go.</param>
    private sealed record Outcome(string Failure, IReadOnlyList<string> Layers);

    public static Task<int> Delete(CommandContext context) => ForEachAsync(
        context, FailureWords.LayerNotKnown, item => context.Client.DeleteAnyAsync(item, context.Cancellation));

    public static Task<int> DeleteLayer(CommandContext context) => ForEachAsync(
        context, FailureWords.NotALayer,
        layer => context.Client.DeleteLayerAsync(layer, force: false, context.Cancellation));

    public static Task<int> DeleteContainer(CommandContext context) => ForEachAsync(
        context, FailureWords.NotAContainer,
        container => context.Client.DeleteContainerAsync(container, context.Cancellation));

    public static async Task<int> DeleteImage(CommandContext context)
    {
        var test = context.Options.Flag(CommandOptions.Test);
        var outcomes = await TryAllAsync(context, async image =>
        {
            IReadOnlyList<string> layers = [];
            var failure = await FailureWords.OfAsync(
                async () => layers =
                [
                    .. (await context.Client.DeleteImageAsync(image, test, context.Cancellation))
                        .Select(layer => layer.Value),
                ],
                FailureWords.NotAnImage);
            return new Outcome(failure, layers);
        });
        if (context.Json) PrintImages(context.Terminal, outcomes);
        return ExitCode(outcomes);
    }

    private static async Task<int> ForEachAsync(CommandContext context, string unknown, Func<string, Task> delete)
    {
        var outcomes = await TryAllAsync(
            context, async item => new Outcome(await FailureWords.OfAsync(() => delete(item), unknown), []));
        if (context.Json) PrintFailures(context.Terminal, outcomes);
        return ExitCode(outcomes);
    }

    private static async Task<SortedDictionary<string, Outcome>> TryAllAsync(
        CommandContext context, Func<string, Task<Outcome>> delete)
    {
        var outcomes = new SortedDictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var item in context.Arguments.Distinct(StringComparer.Ordinal))
        {
            var outcome = outcomes[item] = await delete(item);
            if (context.Json) continue;
            if (outcome.Failure.Length > 0) context.Terminal.ErrorLine($"{item}: {outcome.Failure}");
            // On the error stream, of all places: that is where callers of the Go tool look for it.
            foreach (var layer in outcome.Layers) context.Terminal.ErrorLine($"{item}: {layer}");
        }
        return outcomes;
    }

    private static int ExitCode(SortedDictionary<string, Outcome> outcomes) =>
        outcomes.Values.Any(outcome => outcome.Failure.Length > 0) ? 1 : 0;

    private static void PrintFailures(Terminal terminal, SortedDictionary<string, Outcome> outcomes)
    {
        var json = new GoJson().Open('{');
        foreach (var (item, outcome) in outcomes) json.Key(item).Value(outcome.Failure);
        terminal.Json(json.Close('}'));
    }

    private static void PrintImages(Terminal terminal, SortedDictionary<string, Outcome> outcomes)
    {
        var json = new GoJson().Open('{');
        foreach (var (image, (failure, layers)) in outcomes)
        {
            json.Key(image).Open('{');
            if (layers.Count > 0) json.Key("deleted-layers").Values(layers);
            if (failure.Length > 0) json.Key("error").Value(failure);
            json.Close('}');
        }
        terminal.Json(json.Close('}'));
    }
}
