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
        var label = context.Options.Text(CommandOptions.Label);
        var ofImages = context.Options.Flag(CommandOptions.MountImage);
        var outcomes = new List<Outcome>();
        foreach (var argument in context.Arguments)
        {
            var path = "";
            var failure = await FailureOfAsync(async () =>
            {
                if (ofImages) throw new StorageException(StorageErrorKind.NotSupported, "images: not supported yet");
                path = await context.Client.MountLayerAsync(
                    argument, readOnly: false, label.Length > 0 ? label : null, context.Cancellation);
            });
            outcomes.Add(new Outcome(argument, path, failure));
            if (context.Json) continue;
            // A failure keeps its line, so that the n-th line belongs to the n-th argument.
            context.Terminal.OutLine(path);
            if (failure.Length > 0) context.Terminal.ErrorLine($"{failure} while mounting {argument}");
        }
        if (context.Json) PrintJson(context.Terminal, outcomes, withMountPoint: true);
        return ExitCode(outcomes);
    }

    public static Task<int> Unmount(CommandContext context) => ForEachAsync(
        context, "while unmounting {0}", async layer =>
    {
        var force = context.Options.Flag(CommandOptions.Force);
        var unmounted = await context.Client.UnmountLayerAsync(layer, force, context.Cancellation);
        // A layer that was not mounted at all gets the same words; one that others still use gets none.
        if (unmounted || await context.Client.MountCountAsync(layer, context.Cancellation) == 0)
        {
            context.Terminal.OutLine($"{layer} mountpoint unmounted");
        }
    });

    public static Task<int> Mounted(CommandContext context) =>
        ForEachAsync(context, "checking if {0} is mounted", async layer =>
        {
            var count = await context.Client.MountCountAsync(layer, context.Cancellation);
            if (count > 0) context.Terminal.OutLine($"{layer} mounted");
        });

    private static async Task<int> ForEachAsync(CommandContext context, string doing, Func<string, Task> action)
    {
        var outcomes = new List<Outcome>();
        foreach (var argument in context.Arguments)
        {
            var failure = await FailureOfAsync(() => action(argument));
            outcomes.Add(new Outcome(argument, "", failure));
            if (failure.Length > 0 && !context.Json)
            {
                context.Terminal.ErrorLine($"{failure} {doing.Replace("{0}", argument, StringComparison.Ordinal)}");
            }
        }
        if (context.Json) PrintJson(context.Terminal, outcomes, withMountPoint: false);
        return ExitCode(outcomes);
    }

    private static async Task<string> FailureOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "";
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            return FailureWords.Of(failure);
        }
    }

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
