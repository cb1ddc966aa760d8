// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>diff: a layer back to the tar it was made from.</summary>
internal static class DiffCommands
{
    public static async Task<int> Diff(CommandContext context)
    {
        var compression = CompressionAsked(context.Options);
        var file = context.Options.Text(CommandOptions.OutputFile);
        await using var target = file.Length > 0 ? InputFiles.Create(file) : null;
        var layer = await context.Client.GetLayerAsync(context.Arguments[0], context.Cancellation);
        if (context.Arguments.Count > 1) await CheckReferenceAsync(context, layer, context.Arguments[1]);
        await context.Client.DiffAsync(
            layer.Id.Value, target ?? context.Terminal.OutputBytes(), compression, cancellation: context.Cancellation);
        return 0;
    }

    /// <summary>Null is "as it came". The strongest of several options wins.</summary>
    private static Compression? CompressionAsked(OptionValues options)
    {
        if (options.Flag(CommandOptions.Xz)) throw CannotWrite("tar.xz");
        if (options.Flag(CommandOptions.Bzip2)) throw CannotWrite("tar.bz2");
        if (options.Flag(CommandOptions.Gzip)) return Compression.Gzip;
        return options.Flag(CommandOptions.Uncompressed) ? Compression.None : null;
    }

    /// <summary>The parent is what a layer is compared with anyway, and an unknown reference stands for it.</summary>
    private static async Task CheckReferenceAsync(CommandContext context, LayerRecord layer, string reference)
    {
        var found = await context.Client.FindLayerAsync(reference, context.Cancellation);
        if (found is null && layer.Parent is null)
        {
            throw new StorageException(StorageErrorKind.NotFound, $"layer {Quoted.Text(reference)} is not known");
        }
        if (found is null || found.Id == layer.Parent) return;
        throw new StorageException(
            StorageErrorKind.NotSupported, "diff against a layer that is not the parent: not supported yet");
    }

    private static StorageException CannotWrite(string format) =>
        new(StorageErrorKind.NotSupported, $"unsupported compression format {format}");
}
