// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Journal.Sagas;

namespace ActorStorage.Cluster.Node;

/// <summary>Puts an image on layers that are there, and remembers under the client's key how that ended.</summary>
internal sealed class ImagePutting(JournalQuestion journal, NamedLeases leases)
{
    public async Task<INodeReply> RunAsync(
        NodeProtocol.EnsureImage ensure, IReadOnlyList<NodeProtocol.EnsureLayerOk> layers,
        CancellationToken cancellation)
    {
        if (ensure.Handling.Lease is { } term && layers is [.., { Layer: var top }])
        {
            var gone = await leases.KeepAsync(term, [top], cancellation).ConfigureAwait(false);
            if (gone.Count > 0) throw Gone(top);
        }
        var key = ensure.Handling.ClientKey is { Length: > 0 } own ? own : Guid.NewGuid().ToString("N");
        var image = new NewImage
        {
            Id = ensure.Image,
            Names = [.. ensure.Names],
            BigData = [.. ensure.Items.Select(item => new NewBigData(item.Key, item.Value, item.ManifestDigest))],
        };
        await journal.AskAsync<SagaProtocol.PutImageOk>(
            asker => new SagaProtocol.PutImage(
                key, image, [.. layers.Select(layer => ThereAlready(layer.Layer))],
                asker with { Client = ensure.Caller.Name }, cancellation),
            cancellation).ConfigureAwait(false);
        return new NodeProtocol.EnsureImageOk(ensure.Image, layers);
    }

    /// <summary>One that is in the store is taken as it is. Its blob is asked for only when it has gone
    /// meanwhile.</summary>
    private static PutLayer ThereAlready(LayerId layer) => new(
        new NewLayer { Id = layer }, new LayerBlob(layer.Value, () => throw Gone(layer)), AcceptExisting: true);

    private static StorageException Gone(LayerId layer) =>
        new(StorageErrorKind.Busy, $"layer {layer} was deleted meanwhile: ask once more");
}
