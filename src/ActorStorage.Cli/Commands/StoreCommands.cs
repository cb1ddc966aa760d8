// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>shutdown, status, version and wipe: the store as a whole.</summary>
internal static class StoreCommands
{
    public static Task<int> Shutdown(CommandContext context) =>
        SilentAsync(
            context, "shutdown",
            client => client.ShutdownAsync(context.Options.Flag(CommandOptions.Force), context.Cancellation),
            ShutdownWords);

    public static Task<int> Wipe(CommandContext context) =>
        SilentAsync(context, "wipe", client => client.WipeAsync(context.Cancellation), FailureWords.Of);

    public static Task<int> CollectGarbage(CommandContext context) => SilentAsync(
        context, "gc",
        async client =>
        {
            await client.CollectGarbageAsync(context.Cancellation);
            await LeaveAsync(context);
        },
        FailureWords.Of);

    /// <summary>What check and gc end with: the driver's home is left as before the first command. The Go tool
    /// unmounts what others have mounted as well; here they keep it.</summary>
    public static async Task LeaveAsync(CommandContext context)
    {
        try
        {
            await context.Client.ShutdownAsync(force: false, context.Cancellation);
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            context.Terminal.ErrorLine($"shutdown: {ShutdownWords(failure)}");
        }
    }

    public static async Task<int> Status(CommandContext context)
    {
        var status = await context.Client.StatusAsync(context.Cancellation);
        return PrintPairs(
            context,
            [
                new("Root", status.GraphRoot), new("Run Root", status.RunRoot), new("Driver Name", status.Driver),
                new("Driver Options", $"[{string.Join(' ', status.DriverOptions)}]"), .. status.DriverStatus,
            ]);
    }

    public static Task<int> Version(CommandContext context)
    {
        var version = typeof(StoreCommands).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "";
        return Task.FromResult(PrintPairs(context, [new("Version", version)]));
    }

    /// <summary>On the error stream when plain: that is where the Go tool says it.</summary>
    private static int PrintPairs(CommandContext context, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (!context.Json)
        {
            foreach (var (key, value) in pairs) context.Terminal.ErrorLine($"{key}: {value}");
            return 0;
        }
        var json = new GoJson().Open('[');
        foreach (var (key, value) in pairs) json.Open('[').Value(key).Value(value).Close(']');
        context.Terminal.Json(json.Close(']'));
        return 0;
    }

    private static async Task<int> SilentAsync(
        CommandContext context, string name, Func<StorageClient, Task> action, Func<StorageException, string> words)
    {
        try
        {
            await action(context.Client);
            if (context.Json) context.Terminal.Json(GoJson.Of(""));
            return 0;
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            // An error of Go has no fields of its own, so its JSON says nothing.
            if (context.Json) context.Terminal.Json(new GoJson().Open('{').Close('}'));
            else context.Terminal.ErrorLine($"{name}: {words(failure)}");
            return 1;
        }
    }

    /// <summary>What is in the way of a shutdown is always a mount; elsewhere only the engine knows.</summary>
    private static string ShutdownWords(StorageException failure) => failure.Kind == StorageErrorKind.InUse
        ? "a layer is mounted: layer is in use by a container"
        : FailureWords.Of(failure);
}
