// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>containers and container: what containers there are.</summary>
internal static class ContainerCommands
{
    public static async Task<int> Containers(CommandContext context)
    {
        var containers = await context.Client.ListContainersAsync(context.Cancellation);
        if (context.Json)
        {
            context.Terminal.Json(RecordJson.Of(containers, absentWhenEmpty: false));
            return 0;
        }
        foreach (var container in containers)
        {
            context.Terminal.OutLine(container.Id.Value);
            foreach (var name in container.Names) context.Terminal.OutLine($"\tname: {name}");
            foreach (var key in container.BigData.Names) context.Terminal.OutLine($"\tdata: {key}");
        }
        return 0;
    }

    public static async Task<int> Container(CommandContext context)
    {
        var found = await context.FindAllAsync<ContainerRecord>(context.Client.FindContainerAsync);
        if (context.Json) context.Terminal.Json(RecordJson.Of(found, absentWhenEmpty: false));
        else foreach (var container in found) await PrintDetailsAsync(context, container);
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    private static async Task PrintDetailsAsync(CommandContext context, ContainerRecord container)
    {
        var (client, terminal) = (context.Client, context.Terminal);
        terminal.OutLine($"ID: {container.Id}");
        foreach (var name in container.Names) terminal.OutLine($"Name: {name}");
        terminal.OutLine($"Image: {container.Image}");
        if (container.Image is { } id && await client.FindImageAsync(id.Value, context.Cancellation) is { } image)
        {
            foreach (var name in image.Names) terminal.OutLine($"Image name: {name}");
        }
        terminal.OutLine(await SizeLine.OfAsync(
            () => client.GetContainerSizeAsync(container.Id.Value, context.Cancellation)));
        terminal.OutLine($"Layer: {container.Layer}");
        foreach (var key in container.BigData.Names) terminal.OutLine($"Data: {key}");
    }
}
