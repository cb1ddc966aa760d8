// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>mount, unmount and mounted: every argument is tried, each failure is named.</summary>
internal static class MountCommands
{
    private sealed record Outcome(string Argument, string MountPoint, string Failure);

    public static async Task<int> Mount(CommandContext context)
    {
        var outcomes = new List<Outcome>();
        foreach (var argument in context.Arguments)
        {
            var path = "";
            var failure = await FailureWords.OfAsync(async () => path = await MountOneAsync(context, argument));
            outcomes.Add(new Outcome(argument, path, failure));
            if (context.Json) continue;
            if (failure.Length > 0) context.Terminal.ErrorLine($"{failure} while mounting {argument}");
            // A failure keeps its line, so that the n-th line belongs to the n-th argument.
            context.Terminal.OutLine(path);
        }
        if (context.Json) PrintJson(context.Terminal, outcomes, withMountPoint: true);
        return ExitCode(outcomes);
    }

    public static Task<int> Unmount(CommandContext context) =>
        ForEachAsync(context, "while unmounting {0}", argument => UnmountOneAsync(context, argument));

    public static Task<int> Mounted(CommandContext context) =>
        ForEachAsync(context, "checking if {0} is mounted", async argument =>
        {
            if (await CountAsync(context, argument) > 0) context.Terminal.OutLine($"{argument} mounted");
        });

    private static async Task<string> MountOneAsync(CommandContext context, string argument)
    {
        var label = context.Options.Text(CommandOptions.Label) is { Length: > 0 } given ? given : null;
        if (!context.Options.Flag(CommandOptions.MountImage))
        {
            return await context.Client.MountAsync(argument, label, context.Cancellation);
        }
        var image = await context.ImageAsync(argument);
        if (image.TopLayer is null) throw LayerNotKnown();
        return await context.Client.MountImageAsync(image.Id.Value, label, context.Cancellation);
    }

    private static async Task UnmountOneAsync(CommandContext context, string argument)
    {
        var force = context.Options.Flag(CommandOptions.Force);
        bool unmounted;
        try
        {
            unmounted = await context.Client.UnmountAsync(argument, force, context.Cancellation);
        }
        catch (StorageException failure) when (FailureWords.IsNotKnown(failure))
        {
            await UnmountImageAsync(context, argument, force);
            return;
        }
        // A layer that was not mounted at all gets the same words; one that others still use gets none.
        if (unmounted || await CountAsync(context, argument) == 0)
        {
            context.Terminal.OutLine($"{argument} mountpoint unmounted");
        }
    }

    /// <summary>An image is mounted by that of its top layers whose ids are not mapped.</summary>
    private static async Task UnmountImageAsync(CommandContext context, string argument, bool force)
    {
        var image = await context.Client.FindImageAsync(argument, context.Cancellation);
        foreach (var top in image?.Layers ?? [])
        {
            if (await context.Client.FindLayerAsync(top.Value, context.Cancellation) is not { } layer) continue;
            if (!layer.IdMaps.IsEmpty) continue;
            await context.Client.UnmountLayerAsync(top.Value, force, context.Cancellation);
            return;
        }
        throw LayerNotKnown();
    }

    /// <summary>How often the layer of a container, or a layer, or what is mounted at a path, is mounted.</summary>
    private static async Task<long> CountAsync(CommandContext context, string argument)
    {
        var (client, cancellation) = (context.Client, context.Cancellation);
        if (await client.FindContainerAsync(argument, cancellation) is { Layer: { } layer })
        {
            return await client.MountCountAsync(layer.Value, cancellation);
        }
        if (await client.FindLayerAsync(argument, cancellation) is { } known)
        {
            return await client.MountCountAsync(known.Id.Value, cancellation);
        }
        var mounts = await client.ListMountsAsync(cancellation);
        var mount = argument.StartsWith('/') ? mounts.FirstOrDefault(mount => mount.Path == argument) : null;
        if (mount is not null) return mount.Count;
        return argument.StartsWith('/') && Directory.Exists(argument) ? 0 : throw LayerNotKnown();
    }

    private static async Task<int> ForEachAsync(CommandContext context, string doing, Func<string, Task> action)
    {
        var outcomes = new List<Outcome>();
        foreach (var argument in context.Arguments)
        {
            var failure = await FailureWords.OfAsync(() => action(argument), FailureWords.LayerNotKnown);
            outcomes.Add(new Outcome(argument, "", failure));
        }
        if (context.Json)
        {
            PrintJson(context.Terminal, outcomes, withMountPoint: false);
            return ExitCode(outcomes);
        }
        // Behind all results, as the Go tool does it.
        foreach (var (argument, _, failure) in outcomes)
        {
            if (failure.Length == 0) continue;
            context.Terminal.ErrorLine($"{failure} {doing.Replace("{0}", argument, StringComparison.Ordinal)}");
        }
        return ExitCode(outcomes);
    }

    private static StorageException LayerNotKnown() => new(StorageErrorKind.NotFound, FailureWords.LayerNotKnown);

    private static int ExitCode(List<Outcome> outcomes) =>
        outcomes.Exists(outcome => outcome.Failure.Length > 0) ? 1 : 0;

    private static void PrintJson(Terminal terminal, List<Outcome> outcomes, bool withMountPoint)
    {
        var json = new GoJson().Open('[');
        foreach (var (argument, mountPoint, failure) in outcomes)
        {
            json.Open('{').Key("id").Value(argument);
            if (withMountPoint) json.Key("mountpoint").Value(mountPoint);
            json.Key("error").Value(failure).Close('}');
        }
        terminal.Json(json.Close(']'));
    }
}
