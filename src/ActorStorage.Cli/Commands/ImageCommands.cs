// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>images, images-by-digest and image: what images there are.</summary>
internal static class ImageCommands
{
    public static async Task<int> Images(CommandContext context)
    {
        var images = await context.Client.ListImagesAsync(context.Cancellation);
        PrintList(context, images, absentWhenEmpty: true);
        return 0;
    }

    public static async Task<int> ByDigest(CommandContext context)
    {
        var digest = new Digest(context.Arguments[0]);
        var images = await context.Client.FindImagesByDigestAsync(digest, context.Cancellation);
        PrintList(context, images, absentWhenEmpty: false);
        return 0;
    }

    public static async Task<int> Image(CommandContext context)
    {
        var found = await context.FindAllAsync<ImageRecord>(context.Client.FindImageAsync);
        if (context.Json) context.Terminal.Json(RecordJson.Of(found, absentWhenEmpty: false));
        else foreach (var image in found) await PrintDetailsAsync(context, image);
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    private static void PrintList(CommandContext context, IReadOnlyList<ImageRecord> images, bool absentWhenEmpty)
    {
        var terminal = context.Terminal;
        if (context.Json)
        {
            terminal.Json(RecordJson.Of(images, absentWhenEmpty));
            return;
        }
        var quiet = context.Options.Flag(CommandOptions.Quiet);
        foreach (var image in images)
        {
            terminal.OutLine(image.Id.Value);
            if (quiet) continue;
            foreach (var name in image.Names) terminal.OutLine($"\tname: {name}");
            foreach (var digest in image.Digests) terminal.OutLine($"\tdigest: {digest}");
            foreach (var key in image.BigData.Names) terminal.OutLine($"\tdata: {key}");
        }
    }

    private static async Task PrintDetailsAsync(CommandContext context, ImageRecord image)
    {
        var terminal = context.Terminal;
        terminal.OutLine($"ID: {image.Id}");
        foreach (var name in image.Names) terminal.OutLine($"Name: {name}");
        terminal.OutLine($"Top Layer: {image.TopLayer}");
        foreach (var layer in image.MappedLayers) terminal.OutLine($"Top Layer: {layer}");
        foreach (var digest in image.Digests) terminal.OutLine($"Digest: {digest}");
        foreach (var key in image.BigData.Names) terminal.OutLine($"Data: {key}");
        terminal.OutLine(await SizeLine.OfAsync(
            () => context.Client.GetImageSizeAsync(image.Id.Value, context.Cancellation)));
        if (image.IsReadOnly) terminal.OutLine("Read Only: true");
    }
}
