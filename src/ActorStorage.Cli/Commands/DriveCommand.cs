// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.TestKit;
using ActorStorage.TestKit.Scripts;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cli.Commands;

/// <summary>
/// drive: sends the messages of a script to a node, in another process or made for it, and compares what comes back.
/// Exit status 1 at the first reply that is not the expected one.
/// </summary>
internal static class DriveCommand
{
    private const string Quiet = """
        akka {
          stdout-loglevel = OFF
          loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;

    public static async Task<int> Run(CommandContext context)
    {
        var (against, root) = (
            context.Options.Text(CommandOptions.Against), context.Options.Text(CommandOptions.DriveRoot));
        if (against.Length > 0 && root.Length > 0)
            throw new StorageException(StorageErrorKind.Invalid, "--against and --root: one of them, or none");
        var values = Values(context.Options.List(CommandOptions.KnownValue));
        var summary = await TryAsync(context, async () =>
        {
            var script = Script.Load(context.Arguments[0]);
            return against.Length > 0
                ? await AgainstAsync(context, script, values, against)
                : await AloneAsync(context, script, values, root.Length > 0 ? root : null);
        });
        if (summary is null) return 1;
        context.Terminal.OutLine($"{summary.Sent} sent, {summary.Received} received, all as expected");
        return 0;
    }

    /// <summary>Says what is wrong with a script, or with what came back, before anything else: what the script ran
    /// against still has to end, and may fail too.</summary>
    /// <returns>Null when something is wrong.</returns>
    private static async Task<ScriptSummary?> TryAsync(CommandContext context, Func<Task<ScriptSummary?>> run)
    {
        try
        {
            return await run();
        }
        catch (ScriptException fault)
        {
            context.Terminal.ErrorLine(fault.Message);
            return null;
        }
    }

    private static async Task<ScriptSummary?> AgainstAsync(
        CommandContext context, Script script, Dictionary<string, string> values, string address)
    {
        var files = Directory.CreateTempSubdirectory("actor-storage-drive-");
        try
        {
            await using var remote = RemoteNode.Connect(address);
            await using var target = new NodeTarget(remote.System, remote.Node, files.FullName);
            return await TryAsync(
                context, async () => await script.RunAsync(target, values, Say(context), context.Cancellation));
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task<ScriptSummary?> AloneAsync(
        CommandContext context, Script script, Dictionary<string, string> values, string? directory)
    {
        using var system = ActorSystem.Create("actor-storage", ConfigurationFactory.ParseString(Quiet));
        await using var root = await TestRoot.StartAsync(
            system, new TestRootOptions { HasJournal = true, Directory = directory }, context.Cancellation);
        return await TryAsync(
            context, async () => await root.RunScriptAsync(script, values, Say(context), context.Cancellation));
    }

    private static Action<string>? Say(CommandContext context) =>
        context.Options.Flag(CommandOptions.OnlySummary) ? null : line => SayNow(context.Terminal, line);

    /// <summary>Each line when it is true: the next reply may take its time.</summary>
    private static void SayNow(Terminal terminal, string line)
    {
        terminal.OutLine(line);
        terminal.Flush();
    }

    private static Dictionary<string, string> Values(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, string>();
        foreach (var (name, value) in texts.Select(Value))
        {
            if (!values.TryAdd(name, value))
                throw new StorageException(StorageErrorKind.Invalid, $"--set: {Quoted.Text(name)} is set twice");
        }
        return values;
    }

    private static KeyValuePair<string, string> Value(string text) => text.IndexOf('=', StringComparison.Ordinal) switch
    {
        > 0 and var at => KeyValuePair.Create(text[..at], text[(at + 1)..]),
        _ => throw new StorageException(StorageErrorKind.Invalid, $"--set: {Quoted.Text(text)} is not NAME=VALUE"),
    };
}
