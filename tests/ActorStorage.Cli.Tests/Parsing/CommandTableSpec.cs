// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class CommandTableSpec
{
    private const int GoCommands = 61;
    private const int GoAliases = 32;
    private static readonly string[] Ours = ["import-layers", "quickstart"];

    [Fact]
    public void Should_know_every_command_and_alias_of_the_go_tool_when_asked()
    {
        var names = CommandTable.All.Select(command => command.Name).Except(Ours);
        var aliases = CommandTable.All.Select(command => command.Alias).OfType<string>();
        Assert.Equal(GoCommands, names.Distinct().Count());
        Assert.Equal(GoAliases, aliases.Distinct().Count());
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
