// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>The record that an argument names, or a failure in the words that scripts know for there being
/// none.</summary>
internal static class Lookups
{
    public static async Task<LayerRecord> LayerAsync(this CommandContext context, string text) =>
        await context.Client.FindLayerAsync(text, context.Cancellation) ?? throw NotFound(FailureWords.LayerNotKnown);

    public static async Task<ImageRecord> ImageAsync(this CommandContext context, string text) =>
        await context.Client.FindImageAsync(text, context.Cancellation)
            ?? throw NotFound(FailureWords.ImageNotKnown(text));

    public static async Task<ContainerRecord> ContainerAsync(this CommandContext context, string text) =>
        await context.Client.FindContainerAsync(text, context.Cancellation)
            ?? throw NotFound(FailureWords.ContainerNotKnown);

    /// <summary>All that answer to the arguments, in their order: what is not found is not mentioned.</summary>
    public static async Task<IReadOnlyList<TRecord>> FindAllAsync<TRecord>(
        this CommandContext context, Func<string, CancellationToken, Task<TRecord?>> find)
        where TRecord : class
    {
        var found = new List<TRecord>();
        foreach (var argument in context.Arguments)
        {
            if (await find(argument, context.Cancellation) is { } record) found.Add(record);
        }
        return found;
    }

    private static StorageException NotFound(string words) => new(StorageErrorKind.NotFound, words);
}
