// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>delete and delete-layer: every argument is tried, each failure is named.</summary>
internal static class DeletionCommands
{
    public static Task<int> Delete(CommandContext context) =>
        ForEachAsync(context, layer => DeleteOneAsync(context, layer, force: true, FailureWords.LayerNotKnown));

    public static Task<int> DeleteLayer(CommandContext context) =>
        ForEachAsync(context, layer => DeleteOneAsync(context, layer, force: false, FailureWords.NotALayer));

    /// <summary>One deletion; the empty text when it went well.</summary>
    private static async Task<string> DeleteOneAsync(CommandContext context, string layer, bool force, string unknown)
    {
        try
        {
            await context.Client.DeleteLayerAsync(layer, force, context.Cancellation);
            return "";
        }
        catch (StorageException failure) when (failure.Error is { Kind: StorageErrorKind.NotFound, Path: null })
        {
            return unknown;
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            return FailureWords.Of(failure);
        }
    }

    private static async Task<int> ForEachAsync(CommandContext context, Func<string, Task<string>> delete)
    {
        var outcomes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in context.Arguments.Distinct(StringComparer.Ordinal))
        {
            var failure = await delete(layer);
            outcomes[layer] = failure;
            if (failure.Length > 0 && !context.Json) context.Terminal.ErrorLine($"{layer}: {failure}");
        }
        if (context.Json) PrintJson(context.Terminal, outcomes);
        return outcomes.Values.Any(failure => failure.Length > 0) ? 1 : 0;
    }

    private static void PrintJson(Terminal terminal, SortedDictionary<string, string> outcomes)
    {
        var json = new GoJson().Open('{');
        foreach (var (layer, failure) in outcomes) json.Key(layer).Value(failure);
        terminal.Json(json.Close('}'));
    }
}
