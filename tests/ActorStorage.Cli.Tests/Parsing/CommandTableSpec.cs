// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class CommandTableSpec
{
    private const int GoAliases = 32;
    private static readonly string[] Ours =
    [
        "collect", "disk-use", "drive", "ensure", "explain", "import-layers", "locks", "nodes", "quickstart", "serve",
        "where",
    ];

    [SkippableFact]
    public async Task Should_know_every_command_of_the_go_tool_when_asked()
    {
        var help = await Command.RunAsync("env", Tool.GoNewest.Path, "--help");
        var theirs = help.Succeeded().Lines
            .SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line != "Options:")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        Assert.Equal(
            theirs.Order(StringComparer.Ordinal),
            CommandTable.All.Select(command => command.Name).Except(Ours).Order(StringComparer.Ordinal));
    }

    /// <summary>The Go tool shows them nowhere, but it shows the usage of one that it knows.</summary>
    [SkippableFact]
    public async Task Should_know_only_aliases_of_the_go_tool_when_asked()
    {
        var aliases = CommandTable.All.Select(command => command.Alias).OfType<string>().ToHashSet();
        Assert.Equal(GoAliases, aliases.Count);
        foreach (var alias in aliases)
            (await Command.RunAsync("env", Tool.GoNewest.Path, alias, "--help")).Failed(125).Says(alias);
    }

    [Fact]
    public void Should_mean_one_option_by_one_name_when_a_command_is_run()
    {
        foreach (var command in CommandTable.All)
        {
            var names = command.Options.Concat(ActorStorage.Cli.Parsing.GlobalOptions.BehindCommand)
                .SelectMany(option => option.Names).ToList();
            Assert.True(names.Count == names.Distinct().Count(), $"{command.Name}: an option name stands twice");
        }
    }
}
