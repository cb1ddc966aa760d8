// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>The second half of check: the deletion of what is damaged, in an order in which nothing is in the
/// way.</summary>
internal static class RepairCommand
{
    /// <param name="force">Whether damaged containers may be deleted.</param>
    /// <exception cref="StorageException">The first failure; all of them are printed.</exception>
    public static async Task RunAsync(CommandContext context, CheckReport report, bool force)
    {
        var (client, cancellation) = (context.Client, context.Cancellation);
        var contents = await client.ListAllAsync(cancellation);
        var plan = RepairPlan.Of(report, contents.Records, force);
        var failures = new List<StorageException>();
        foreach (var container in plan.Containers)
        {
            await TryAsync("container", container.Value, id => client.DeleteContainerAsync(id, cancellation));
        }
        foreach (var image in plan.Images)
        {
            await TryAsync("image", image.Value, id => client.DeleteImageAsync(id, test: false, cancellation));
        }
        foreach (var layer in plan.Layers)
        {
            await TryAsync("layer", layer.Value, id => client.DeleteLayerAsync(id, force: false, cancellation));
        }
        foreach (var layer in plan.StorageLayers)
        {
            await TryAsync("storage layer", layer.Value, _ => client.DeleteStorageLayerAsync(layer, cancellation));
        }
        if (failures.Count == 0) return;
        Print(context, failures);
        throw failures[0];

        async Task TryAsync(string kind, string id, Func<string, Task> delete)
        {
            try
            {
                await delete(id);
            }
            // What is gone when its turn comes went with what was before it.
            catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
            {
                if (FailureWords.IsNotKnown(failure)) return;
                failures.Add(new StorageException(
                    failure.Error with { Message = $"deleting {kind} {id}: {FailureWords.Of(failure)}" }, failure));
            }
        }
    }

    private static void Print(CommandContext context, List<StorageException> failures)
    {
        if (!context.Json)
        {
            foreach (var failure in failures) context.Terminal.ErrorLine(failure.Message);
            return;
        }
        var json = new GoJson().Open('[');
        foreach (var _ in failures) json.Open('{').Close('}');
        context.Terminal.Json(json.Close(']'));
    }
}
