// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>diff and applydiff: a layer to a tar, and a tar into a layer.</summary>
internal static class DiffCommands
{
    public static async Task<int> Diff(CommandContext context)
    {
        var compression = CompressionAsked(context.Options);
        var file = context.Options.Text(CommandOptions.OutputFile);
        await using var target = file.Length > 0 ? InputFiles.Create(file) : null;
        var layer = await context.LayerAsync(context.Arguments[0]);
        var reference = context.Arguments.Count > 1 && context.Arguments[1].Length > 0 ? context.Arguments[1] : null;
        await context.Client.DiffAsync(
            layer.Id.Value, target ?? context.Terminal.OutputBytes(), compression, reference, context.Cancellation);
        return 0;
    }

    public static async Task<int> ApplyDiff(CommandContext context)
    {
        var file = context.Options.Text(CommandOptions.InputFile);
        if (file.Length > 0)
        {
            await ApplyAsync(context, LayerBlob.FromFile(InputFiles.Existing(file)));
            return 0;
        }
        await using var input = new StandardInput(context.Cancellation);
        await ApplyAsync(context, new LayerBlob("standard input", () => input));
        return 0;
    }

    private static async Task ApplyAsync(CommandContext context, LayerBlob blob)
    {
        var layer = await context.LayerAsync(context.Arguments[0]);
        await context.Client.ApplyDiffAsync(layer.Id.Value, blob, context.Cancellation);
    }

    /// <summary>Null is "as it came". The strongest of several options wins.</summary>
    private static Compression? CompressionAsked(OptionValues options)
    {
        if (options.Flag(CommandOptions.Xz)) throw CannotWrite("tar.xz");
        if (options.Flag(CommandOptions.Bzip2)) throw CannotWrite("tar.bz2");
        if (options.Flag(CommandOptions.Gzip)) return Compression.Gzip;
        return options.Flag(CommandOptions.Uncompressed) ? Compression.None : null;
    }

    private static StorageException CannotWrite(string format) =>
        new(StorageErrorKind.NotSupported, $"unsupported compression format {format}");
}
