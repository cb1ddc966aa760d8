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
        var values = context.Options.List(CommandOptions.KnownValue).Select(Value).ToDictionary();
        try
        {
            var script = Script.Load(context.Arguments[0]);
            var summary = against.Length > 0
                ? await AgainstAsync(context, script, values, against)
                : await AloneAsync(context, script, values, root.Length > 0 ? root : null);
            context.Terminal.OutLine($"{summary.Sent} sent, {summary.Received} received, all as expected");
            return 0;
        }
        catch (ScriptException fault)
        {
            context.Terminal.ErrorLine(fault.Message);
            return 1;
        }
    }

    private static async Task<ScriptSummary> AgainstAsync(
        CommandContext context, Script script, Dictionary<string, string> values, string address)
    {
        var files = Directory.CreateTempSubdirectory("actor-storage-drive-");
        try
        {
            await using var remote = RemoteNode.Connect(address);
            await using var target = new NodeTarget(remote.System, remote.Node, files.FullName);
            return await script.RunAsync(target, values, Say(context), context.Cancellation);
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task<ScriptSummary> AloneAsync(
        CommandContext context, Script script, Dictionary<string, string> values, string? directory)
    {
        using var system = ActorSystem.Create("actor-storage", ConfigurationFactory.ParseString(Quiet));
        await using var root = await TestRoot.StartAsync(
            system, new TestRootOptions { HasJournal = true, Directory = directory }, context.Cancellation);
        return await root.RunScriptAsync(script, values, Say(context), context.Cancellation);
    }

    private static Action<string>? Say(CommandContext context) =>
        context.Options.Flag(CommandOptions.OnlySummary) ? null : line => SayNow(context.Terminal, line);

    /// <summary>Each line when it is true: the next reply may take its time.</summary>
    private static void SayNow(Terminal terminal, string line)
    {
        terminal.OutLine(line);
        terminal.Flush();
    }

    private static KeyValuePair<string, string> Value(string text) => text.IndexOf('=', StringComparison.Ordinal) switch
    {
        > 0 and var at => KeyValuePair.Create(text[..at], text[(at + 1)..]),
        _ => throw new StorageException(StorageErrorKind.Invalid, $"--set: {Quoted.Text(text)} is not NAME=VALUE"),
    };
}
