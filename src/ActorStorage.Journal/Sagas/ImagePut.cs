// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Sagas;

/// <summary>The work of one saga, and of undoing it: calls of the engine, each safe to be repeated.</summary>
internal static class ImagePut
{
    /// <summary>All layers at once, the engine commits them in their order; then the image.</summary>
    /// <returns>Null when the image is there.</returns>
    public static async Task<StorageError?> RunAsync(
        StorageClient client, SagaProtocol.PutImage put, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, put.Cancellation);
        var cancellation = both.Token;
        try
        {
            LayerId[] ids = [.. put.Layers.Select(layer => layer.Layer.Id)];
            if (await IsThereAsync(client, put.Image.Id, ids, cancellation)) return null;
            await Task.WhenAll(put.Layers.Select((layer, i) => client.PutLayerAsync(
                layer with
                {
                    Layer = layer.Layer with { Parent = i == 0 ? null : ids[i - 1].Value },
                    AcceptExisting = true,
                },
                cancellation)));
            await client.CreateImageAsync(put.Image with { TopLayer = ids is [] ? null : ids[^1].Value }, cancellation);
            return null;
        }
        catch (OperationCanceledException)
        {
            return new StorageError(StorageErrorKind.Cancelled, "the request was given up");
        }
        catch (StorageException refused)
        {
            return refused.Error;
        }
    }

    /// <summary>Whether the image stands on the last of the layers.</summary>
    public static async Task<bool> IsThereAsync(
        StorageClient client, ImageId image, IReadOnlyList<LayerId> layers, CancellationToken cancellation) =>
        await client.FindImageAsync(image.Value, cancellation) is { } found && found.Id == image
            && found.TopLayer == (layers is [] ? null : layers[^1]);

    /// <summary>The ids that are in the store, in their order.</summary>
    public static async Task<IReadOnlyList<LayerId>> PresentAsync(
        StorageClient client, IReadOnlyList<LayerId> layers, CancellationToken cancellation)
    {
        var present = (await client.ListLayersAsync(cancellation)).Select(layer => layer.Id).ToHashSet();
        return [.. layers.Where(present.Contains)];
    }

    /// <summary>Of the ids those that are in the store and that no other of them is built on: whoever keeps them keeps
    /// all.</summary>
    public static async Task<IReadOnlyList<LayerId>> TopsAsync(
        StorageClient client, IReadOnlyList<LayerId> layers, CancellationToken cancellation)
    {
        var wanted = layers.ToHashSet();
        var present = (await client.ListLayersAsync(cancellation)).Where(layer => wanted.Contains(layer.Id)).ToList();
        var parents = present.Select(layer => layer.Parent).OfType<LayerId>().ToHashSet();
        return [.. present.Select(layer => layer.Id).Where(layer => !parents.Contains(layer))];
    }

    /// <summary>Deletes the layers that nobody needs, from above.</summary>
    /// <returns>Whether none is left, or only such as somebody needs.</returns>
    public static async Task<bool> UndoAsync(
        StorageClient client, IReadOnlyList<LayerId> layers, CancellationToken cancellation)
    {
        foreach (var layer in layers.Reverse())
        {
            try
            {
                await client.DeleteLayerAsync(layer.Value, force: false, cancellation);
            }
            catch (StorageException refused) when (refused.Kind
                is StorageErrorKind.NotFound or StorageErrorKind.InUse)
            {
                // Gone already, or an image's or a container's by now.
            }
            catch (StorageException)
            {
                // Perhaps the record of a lease stands on it that is about to go.
                return false;
            }
        }
        return true;
    }
}
