// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>
/// applydiff-using-staging-dir: a directory as a layer's contents. The Go tool has it for the sake of partial pulls,
/// and only where the configuration allows these; here the directory becomes an archive like any other.
/// </summary>
internal static class StagingDirectoryCommand
{
    private const string Allowed = "enable_partial_images";

    public static async Task<int> Run(CommandContext context)
    {
        if (context.Conf?.PullOptions?.GetValueOrDefault(Allowed) != "true")
        {
            throw new StorageException(StorageErrorKind.NotSupported, "partial images are disabled");
        }
        var (layer, directory) = (context.Arguments[0], context.Arguments[1]);
        if (!Directory.Exists(directory))
        {
            throw new StorageException(
                StorageErrorKind.NotFound, $"open {directory}: no such file or directory", directory);
        }
        var archive = Path.GetTempFileName();
        try
        {
            await using (var output = File.OpenWrite(archive))
            {
                await TarFile.CreateFromDirectoryAsync(
                    directory, output, includeBaseDirectory: false, context.Cancellation);
            }
            await ApplyAsync(context, layer, LayerBlob.FromFile(archive));
            return 0;
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static async Task ApplyAsync(CommandContext context, string layer, LayerBlob archive)
    {
        var (client, cancellation) = (context.Client, context.Cancellation);
        if (await client.FindLayerAsync(layer, cancellation) is { } known)
        {
            await client.ApplyDiffAsync(known.Id.Value, archive, cancellation);
            return;
        }
        var made = new NewLayer { Id = new LayerId(layer) };
        await client.PutLayerAsync(new PutLayer(made, archive), cancellation);
    }
}
