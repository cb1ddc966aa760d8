// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>One file on its way to becoming a layer.</summary>
internal sealed record LayerImportItem(string File, LayerId Id, string? Parent, ImmutableArray<string> Names);

/// <summary>How it ended: the empty text is success.</summary>
internal sealed record LayerImportOutcome(LayerImportItem Item, string Failure);

/// <summary>Many files at once; one that fails does not stop the others.</summary>
internal static class LayerImport
{
    // Ahead of the stagers, so that none waits for this program, and no further: a request costs memory.
    private const int AheadOfStagers = 2;

    /// <summary>The items of some files, each on its own or each on top of the one before.</summary>
    public static IReadOnlyList<LayerImportItem> Plan(
        IReadOnlyList<string> files, IReadOnlyList<string> names, string? parent, bool chain)
    {
        var items = new List<LayerImportItem>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            var below = chain && i > 0 ? items[i - 1].Id.Value : parent;
            items.Add(new LayerImportItem(files[i], LayerId.Random(), below, i < names.Count ? [names[i]] : []));
        }
        return items;
    }

    /// <param name="stagers">How many the engine stages at the same time.</param>
    /// <returns>The outcomes, in the order of the items.</returns>
    public static async Task<IReadOnlyList<LayerImportOutcome>> RunAsync(
        StorageClient client, IReadOnlyList<LayerImportItem> items, int stagers, ImportProgress progress,
        CancellationToken cancellation)
    {
        using var window = new SemaphoreSlim(stagers * AheadOfStagers);
        var running = new List<Task<LayerImportOutcome>>(items.Count);
        try
        {
            for (var i = 0; i < items.Count; i++)
            {
                // In their order: a parent is asked for before its child, so that the child finds it under way.
                await window.WaitAsync(cancellation);
                running.Add(ImportAsync(client, items[i], progress.Of(i), window, cancellation));
            }
        }
        finally
        {
            // Also when cancelled: nothing may still be running when the engine is taken down.
            await Task.WhenAll(running);
        }
        cancellation.ThrowIfCancellationRequested();
        return Explained(await Task.WhenAll(running));
    }

    /// <summary>In a chain everything above a failure fails too; its reason is the file below it.</summary>
    private static List<LayerImportOutcome> Explained(LayerImportOutcome[] outcomes)
    {
        var failed = new Dictionary<string, string>(StringComparer.Ordinal);
        var explained = new List<LayerImportOutcome>(outcomes.Length);
        foreach (var outcome in outcomes)
        {
            var known = outcome;
            if (outcome.Failure.Length > 0)
            {
                failed[outcome.Item.Id.Value] = outcome.Item.File;
                if (outcome.Item.Parent is { } parent && failed.TryGetValue(parent, out var below))
                {
                    known = outcome with { Failure = $"the layer below it failed: {below}" };
                }
            }
            explained.Add(known);
        }
        return explained;
    }

    private static async Task<LayerImportOutcome> ImportAsync(
        StorageClient client, LayerImportItem item, LayerProgress progress, SemaphoreSlim window,
        CancellationToken cancellation)
    {
        try
        {
            var layer = new NewLayer { Id = item.Id, Names = item.Names, Parent = item.Parent, Writeable = false };
            var blob = LayerBlob.FromFile(InputFiles.Existing(item.File));
            await client.PutLayerAsync(new PutLayer(layer, blob, Progress: progress), cancellation);
            progress.Finish($"committed {item.Id}");
            return new LayerImportOutcome(item, "");
        }
        catch (Exception cause) when (cause is StorageException or OperationCanceledException)
        {
            var failure = FailureWords.Of(StorageError.From(cause));
            progress.Finish("failed");
            return new LayerImportOutcome(item, failure);
        }
        finally
        {
            window.Release();
        }
    }
}
