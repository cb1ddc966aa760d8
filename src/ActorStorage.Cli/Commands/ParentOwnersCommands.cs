// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>layer-parent-owners and container-parent-owners: who owns the directories above a mount point, as far as
/// the id maps have no place for them.</summary>
internal static class ParentOwnersCommands
{
    public static async Task<int> OfLayers(CommandContext context)
    {
        var found = await context.FindAllAsync<LayerRecord>(context.Client.FindLayerAsync);
        foreach (var layer in found) await PrintAsync(context, layer.Id.Value, "LayerParentOwner", evenNone: false);
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    public static async Task<int> OfContainers(CommandContext context)
    {
        var found = await context.FindAllAsync<ContainerRecord>(context.Client.FindContainerAsync);
        foreach (var container in found)
        {
            await PrintAsync(context, container.Id.Value, "ContainerParentOwner", evenNone: true);
        }
        return found.Count == context.Arguments.Count ? 0 : 1;
    }

    private static async Task PrintAsync(CommandContext context, string id, string prefix, bool evenNone)
    {
        IReadOnlyList<uint> users, groups;
        try
        {
            (users, groups) = await context.Client.GetParentOwnersAsync(id, context.Cancellation);
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            throw new StorageException(failure.Error with { Message = $"{prefix}: {failure.Message}" }, failure);
        }
        if (context.Json)
        {
            PrintJson(context.Terminal, id, users, groups);
            return;
        }
        context.Terminal.OutLine($"ID: {id}");
        if (evenNone || users.Count > 0) context.Terminal.OutLine($"UIDs: [{string.Join(' ', users)}]");
        if (evenNone || groups.Count > 0) context.Terminal.OutLine($"GIDs: [{string.Join(' ', groups)}]");
    }

    private static void PrintJson(Terminal terminal, string id, IReadOnlyList<uint> users, IReadOnlyList<uint> groups)
    {
        var json = new GoJson().Open('{').Key("ID").Value(id);
        Ids(json.Key("UIDs"), users);
        Ids(json.Key("GIDs"), groups);
        terminal.Json(json.Close('}'));
    }

    private static void Ids(GoJson json, IReadOnlyList<uint> ids)
    {
        if (ids.Count == 0)
        {
            json.Raw("null"u8);
            return;
        }
        json.Open('[');
        foreach (var id in ids) json.Value(id);
        json.Close(']');
    }
}
