// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Stores;
using ActorStorage.Configuration;

namespace ActorStorage.Cli.Parsing;

/// <summary>What a command line asks for.</summary>
internal abstract record CommandLineRead
{
    /// <summary>Nothing but words: usage, or what was wrong.</summary>
    public sealed record Say(string Out, string Err, int ExitCode) : CommandLineRead;

    /// <summary>A command to run.</summary>
    /// <param name="NameAsTyped">The name or the alias, whichever was used.</param>
    /// <param name="Conf">The configuration that filled the options in, if it did.</param>
    public sealed record Run(
        CommandSpec Command, string NameAsTyped, OptionValues Options, IReadOnlyList<string> Arguments,
        StorageConf? Conf)
        : CommandLineRead;
}

/// <summary>
/// Turns arguments into a command to run or words to say. Touches neither the disk nor a stream; which words go to
/// which stream, and with which exit code, is part of the contract with scripts.
/// </summary>
internal sealed class CommandLine(IReadOnlyList<CommandSpec> commands)
{
    public const int ExitFailure = 1;
    public const int ExitBadOption = 125;
    private const string HelpDeprecated =
        "Warning: '-help' is deprecated, it will be replaced by '--help' soon. See usage.\n";

    /// <param name="defaults">What counts when the command line does not say. Asked at most once.</param>
    public CommandLineRead Read(IReadOnlyList<string> arguments, Func<StorageConf> defaults)
    {
        var values = new OptionValues();
        // As everywhere: the table shows what counted as default when the options were read.
        var table = Table(GlobalOptions.BeforeCommand, values);
        switch (OptionParser.Read(GlobalOptions.BeforeCommand, values, arguments))
        {
            case OptionsRead.HelpWanted: return HelpByShortOption(table);
            case OptionsRead.Failed failed: return BadGlobalOption(failed, table);
            case OptionsRead.Done done: return Command(done, values, table, defaults);
            default: throw new InvalidOperationException("reading options ended in a way that has no name");
        }
    }

    private CommandLineRead Command(
        OptionsRead.Done globals, OptionValues values, Lazy<string> table, Func<StorageConf> defaults)
    {
        var warning = globals.DeprecatedNames.Count > 0 ? HelpDeprecated : "";
        if (values.Flag(GlobalOptions.Help)) return new CommandLineRead.Say(Overview() + table.Value, warning, 0);
        if (globals.Rest.Count == 0) return new CommandLineRead.Say(Overview(), warning + table.Value, ExitFailure);

        var name = globals.Rest[0];
        return commands.FirstOrDefault(known => known.Name == name || known.Alias == name) is { } command
            ? CommandOptions(command, globals.Rest, values, defaults)
            : new CommandLineRead.Say($"{name}: unrecognized command.\n", warning, ExitFailure);
    }

    private static CommandLineRead CommandOptions(
        CommandSpec command, IReadOnlyList<string> nameAndRest, OptionValues values, Func<StorageConf> defaults)
    {
        var conf = StoreOptions.FillWhenNothingGiven(values, defaults);
        // Given before the command it would be lost on the Go tool; here that stays so, and the default counts.
        values.Clear(GlobalOptions.Unshare);
        var name = nameAndRest[0];
        IReadOnlyList<OptionSpec> options = [.. command.Options, .. GlobalOptions.BehindCommand];
        var table = Table(options, values);
        var usage = UsageText.Command(command, name);
        switch (OptionParser.Read(options, values, nameAndRest.Skip(1)))
        {
            case OptionsRead.HelpWanted: return new CommandLineRead.Say(usage, table.Value, ExitBadOption);
            case OptionsRead.Failed failed: return new CommandLineRead.Say("", See(failed, name), ExitBadOption);
            case OptionsRead.Done done:
                return BadNumber(command, name, done.Rest) is { } complaint
                    ? new CommandLineRead.Say(complaint + usage, table.Value, ExitFailure)
                    : new CommandLineRead.Run(command, name, values, done.Rest, conf);
            default: throw new InvalidOperationException("reading options ended in a way that has no name");
        }
    }

    private static string? BadNumber(CommandSpec command, string name, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < command.ArgumentsMin) return $"{name}: more arguments required.\n";
        if (arguments.Count <= command.ArgumentsMax) return null;
        return $"{name}: too many arguments ([{string.Join(' ', arguments)}]).\n";
    }

    private CommandLineRead.Say HelpByShortOption(Lazy<string> table) => new(
        $"{Overview()}flag: help requested while parsing arguments (1)\n{Overview()}", table.Value + table.Value,
        ExitFailure);

    private CommandLineRead.Say BadGlobalOption(OptionsRead.Failed failed, Lazy<string> table) => new(
        $"{failed.Messages[^1]} while parsing arguments (1)\n{Overview()}", See(failed, "") + table.Value, ExitFailure);

    /// <summary>Made only if it is to be shown, of the values of this moment.</summary>
    private static Lazy<string> Table(IReadOnlyList<OptionSpec> options, OptionValues values)
    {
        var now = values.Copy();
        return new Lazy<string>(() => UsageText.OptionTable(options, now));
    }

    private static string See(OptionsRead.Failed failed, string name)
    {
        var command = name.Length == 0 ? UsageText.Program : $"{UsageText.Program} {name}";
        return string.Concat(failed.Messages.Select(message => $"{message}\nSee '{command} --help'.\n"));
    }

    private string Overview() => UsageText.Overview(commands);
}
