// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using ActorStorage.Cli.Commands;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Namespaces;
using ActorStorage.Cli.Parsing;
using ActorStorage.Cli.Stores;
using ActorStorage.Disk;

namespace ActorStorage.Cli;

/// <summary>
/// One run of the program: arguments in, exit code out. The command line is understood before anything of the engine
/// is loaded, so that usage and mistakes cost no more than a start of the runtime.
/// </summary>
internal static class CommandRunner
{
    private const int ExitFailure = 1;

    // What a shell reports of a program that was ended by SIGPIPE.
    private const int ExitBrokenPipe = 141;

    public static int Run(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        try
        {
            return LastResort.Run(terminal, AsksForDebugging(arguments), () =>
            {
                var exitCode = Run(arguments, terminal);
                terminal.Flush();
                return exitCode;
            });
        }
        catch (IOException) when (terminal.IsBroken)
        {
            return ExitBrokenPipe;
        }
    }

    /// <summary>Looked for as a word, because the options may be what could not be read.</summary>
    private static bool AsksForDebugging(string[] arguments) =>
        arguments.Any(argument => argument is "-D" or "--debug");

    /// <summary>The same with other streams than those of the process.</summary>
    internal static int Run(string[] arguments, Terminal terminal)
    {
        var commandLine = new CommandLine(CommandTable.All);
        switch (commandLine.Read(arguments, StoreOpening.LoadConf))
        {
            case CommandLineRead.Say words:
                terminal.Out(words.Out);
                terminal.Error(words.Err);
                return words.ExitCode;
            case CommandLineRead.Run run:
                return RunCommand(run, arguments, terminal);
            default:
                throw new InvalidOperationException("a command line was read in a way that has no name");
        }
    }

    private static int RunCommand(CommandLineRead.Run run, string[] arguments, Terminal terminal)
    {
        if (WantsNamespace(run) && !IsInNamespace) return RunInNamespace(arguments, terminal);
        using var signals = new StopSignals();
        var context = new CommandContext(run.Options, run.Arguments, run.Conf, terminal, signals.Stopping);
        foreach (var warning in run.Conf?.Warnings ?? []) GoLog.Write(terminal, "warning", warning);
        try
        {
            var command = run.Command;
            return command.StoreUse == StoreUse.Opened
                ? RunWithStore(command, context)
                : command.Run(context).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (signals.ExitCode is not null && IsExpected(failure))
        {
            return signals.ExitCode.Value;
        }
        catch (StoreNotOpenedException failure)
        {
            // On the output stream, of all places: that is where callers of the Go tool look for it.
            terminal.OutLine($"error initializing: {failure.Message}");
            return ExitFailure;
        }
        catch (Exception failure) when (IsExpected(failure) && !terminal.IsBroken)
        {
            terminal.ErrorLine(FailureWords.Of(StorageError.From(failure)));
            return ExitFailure;
        }
    }

    /// <summary>A command without a store either needs none or makes one itself.</summary>
    private static bool WantsNamespace(CommandLineRead.Run run) =>
        run.Options.Flag(GlobalOptions.Unshare) && run.Command.StoreUse != StoreUse.NotOpened;

    private static bool IsInNamespace =>
        Environment.GetEnvironmentVariable(NamespaceProgram.InsideVariable) is not null;

    /// <summary>The same command line once more: there it finds that it has arrived.</summary>
    private static int RunInNamespace(string[] arguments, Terminal terminal)
    {
        try
        {
            return NamespaceProgram.Run([Environment.ProcessPath!, .. arguments]);
        }
        catch (StorageException failure)
        {
            terminal.ErrorLine(failure.Message);
            return ExitFailure;
        }
    }

    // Not inlined, so that the engine's assemblies are first looked for when a command really needs them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunWithStore(CommandSpec command, CommandContext context)
    {
        using var store = StoreOpening.Open(context, settings => settings);
        return command.Run(context with { Client = store.Client }).GetAwaiter().GetResult();
    }

    /// <summary>What can go wrong without anybody having made a mistake in this program.</summary>
    private static bool IsExpected(Exception failure) => failure
        is StorageException or OperationCanceledException or IOException or UnauthorizedAccessException;
}
