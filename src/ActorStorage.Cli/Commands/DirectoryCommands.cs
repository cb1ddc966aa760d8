// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Commands;

/// <summary>get-image-dir and its three relatives: a directory for the owner of an image or a container.</summary>
internal static class DirectoryCommands
{
    public static Task<int> OfImage(CommandContext context) =>
        PrintAsync(context, OfImageAsync(context, inRunRoot: false));

    public static Task<int> OfImageInRunRoot(CommandContext context) =>
        PrintAsync(context, OfImageAsync(context, inRunRoot: true));

    public static Task<int> OfContainer(CommandContext context) =>
        PrintAsync(context, OfContainerAsync(context, inRunRoot: false));

    public static Task<int> OfContainerInRunRoot(CommandContext context) =>
        PrintAsync(context, OfContainerAsync(context, inRunRoot: true));

    private static async Task<string> OfImageAsync(CommandContext context, bool inRunRoot)
    {
        var image = await context.ImageAsync(context.Arguments[0]);
        return await context.Client.GetImageDirectoryAsync(image.Id.Value, inRunRoot, context.Cancellation);
    }

    private static async Task<string> OfContainerAsync(CommandContext context, bool inRunRoot)
    {
        var container = await context.ContainerAsync(context.Arguments[0]);
        return await context.Client.GetContainerDirectoryAsync(container.Id.Value, inRunRoot, context.Cancellation);
    }

    private static async Task<int> PrintAsync(CommandContext context, Task<string> path)
    {
        context.Terminal.OutLine(await path);
        return 0;
    }
}
