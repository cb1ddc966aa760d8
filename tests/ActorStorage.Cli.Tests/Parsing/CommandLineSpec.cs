// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;
using ActorStorage.Cli.Parsing;
using ActorStorage.Configuration;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class CommandLineSpec
{
    private static readonly StorageConf Defaults = new("/default/root", "/default/run")
    {
        Driver = "overlay", DriverOptions = ["a=b"],
    };

    private static readonly CommandLine Line = new(CommandTable.All);

    [Theory]
    [InlineData()]
    [InlineData("--debug")]
    [InlineData("-g", "/x", "--")]
    [InlineData("--help=false")]
    public void Should_split_the_usage_when_there_is_no_command(params string[] arguments)
    {
        var said = Say(arguments);
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith("Usage: ", said.Out, StringComparison.Ordinal);
        Assert.EndsWith("\nOptions:\n", said.Out, StringComparison.Ordinal);
        Assert.StartsWith("\n  --debug, -D", said.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_put_all_usage_on_the_output_when_help_is_asked_for()
    {
        var said = Say("-g", "/x", "--help", "nosuch");
        Assert.Equal(0, said.ExitCode);
        Assert.Empty(said.Err);
        Assert.Contains("\nOptions:\n\n  --debug, -D ", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_warn_when_help_is_asked_for_in_the_old_way()
    {
        var said = Say("-help");
        Assert.Equal(0, said.ExitCode);
        Assert.Equal(
            "Warning: '-help' is deprecated, it will be replaced by '--help' soon. See usage.\n", said.Err);
        Assert.Contains("  --graph, -g ", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_fail_and_say_it_twice_when_help_is_asked_for_by_a_letter()
    {
        var said = Say("-h");
        Assert.Equal(1, said.ExitCode);
        var parts = said.Out.Split("flag: help requested while parsing arguments (1)\n");
        Assert.Equal(2, parts.Length);
        Assert.Equal(parts[0], parts[1]);
        Assert.StartsWith("Usage: ", parts[0], StringComparison.Ordinal);
        Assert.Equal(2, said.Err.Split("--debug, -D").Length - 1);
    }

    [Fact]
    public void Should_fail_with_1_when_an_option_before_the_command_is_unknown()
    {
        var said = Say("--bogus", "layers");
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith(
            "flag provided but not defined: --bogus while parsing arguments (1)\nUsage: ", said.Out,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "flag provided but not defined: --bogus\nSee 'actor-storage --help'.\n\n  --debug, -D", said.Err,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_the_last_complaint_on_the_output_when_a_bundle_has_two()
    {
        var said = Say("-sg", "vfs");
        Assert.StartsWith(
            "flag provided but not defined: -sg while parsing arguments (1)\n", said.Out, StringComparison.Ordinal);
        Assert.StartsWith(
            "flag needs an argument: -g\nSee 'actor-storage --help'.\n" +
            "flag provided but not defined: -sg\nSee 'actor-storage --help'.\n", said.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("help")]
    public void Should_say_so_on_the_output_when_the_command_is_unknown(string command) =>
        Assert.Equal(new CommandLineRead.Say($"{command}: unrecognized command.\n", "", 1), Say(command, "--bogus"));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-qh")]
    public void Should_exit_with_125_when_help_is_asked_for_after_the_command(string option)
    {
        var said = Say("layers", option);
        Assert.Equal(125, said.ExitCode);
        Assert.StartsWith(
            "Usage: actor-storage layers [options [...]]\n\nList layers\n\nOptions:\n",
            said.Out, StringComparison.Ordinal);
        Assert.Contains("  --tree, -t ", said.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_exit_with_125_and_say_no_more_when_an_option_after_the_command_is_unknown() => Assert.Equal(
        new CommandLineRead.Say(
            "", "flag provided but not defined: --bogus\nSee 'actor-storage umount --help'.\n", 125),
        Say("umount", "--bogus"));

    [Fact]
    public void Should_exit_with_1_when_arguments_are_missing()
    {
        var said = Say("umount");
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith(
            "umount: more arguments required.\nUsage: actor-storage umount ", said.Out, StringComparison.Ordinal);
        Assert.StartsWith("\n  --debug, -D", said.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_exit_with_1_and_list_them_when_there_are_too_many_arguments()
    {
        var said = Say("create-layer", "a", "-q", "c");
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith(
            "create-layer: too many arguments ([a -q c]).\nUsage: ", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_run_a_command_when_global_options_stand_on_both_sides()
    {
        var run = Run(
            "-g", "/a", "--storage-opt", "x=1", "--", "layers", "-g=/b", "-qj", "--storage-opt=y=2", "--run=/r");
        Assert.Equal("layers", run.Command.Name);
        Assert.Equal("/b", run.Options.Text(GlobalOptions.Graph));
        Assert.Equal("/r", run.Options.Text(GlobalOptions.Run));
        Assert.Equal(["x=1", "y=2"], run.Options.List(GlobalOptions.DriverOption));
        Assert.True(run.Options.Flag(CommandOptions.Quick));
        Assert.True(run.Options.Flag(CommandOptions.Json));
    }

    [Fact]
    public void Should_pass_arguments_on_as_they_are_when_the_options_have_ended()
    {
        var run = Run("layer", "-j", "", "-x", "--");
        Assert.Equal(["", "-x", "--"], run.Arguments);
    }

    [Fact]
    public void Should_show_the_values_before_the_command_as_defaults_when_usage_is_printed()
    {
        var said = Say(
            "-D", "-g", "/here", "--storage-opt=a=b", "--storage-opt=c=d", "layers", "-g", "/there", "--help");
        Assert.Contains("  --graph, -g=/here ", said.Err, StringComparison.Ordinal);
        Assert.Contains("  --debug, -D=true ", said.Err, StringComparison.Ordinal);
        Assert.Contains("  --storage-opt=[a=b c=d] ", said.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_ask_for_defaults_when_no_store_option_stands_before_the_command()
    {
        var run = Run("--image-store", "/lost", "layers", "-g", "/here", "--storage-opt", "c=d");
        Assert.Equal("/here", run.Options.Text(GlobalOptions.Graph));
        Assert.Equal("/default/run", run.Options.Text(GlobalOptions.Run));
        Assert.Equal("overlay", run.Options.Text(GlobalOptions.Driver));
        Assert.Equal(["a=b", "c=d"], run.Options.List(GlobalOptions.DriverOption));
        Assert.Equal("", run.Options.Text(GlobalOptions.ImageStore));
    }

    [Fact]
    public void Should_not_ask_for_defaults_when_one_store_option_stands_before_the_command()
    {
        var run = Run("-g", "/here", "-U", "layers");
        Assert.Equal("", run.Options.Text(GlobalOptions.Run));
        Assert.Equal("", run.Options.Text(GlobalOptions.Driver));
        Assert.Empty(run.Options.List(GlobalOptions.DriverOption));
        Assert.False(run.Options.Flag(GlobalOptions.Unshare));
    }

    private static CommandLineRead.Say Say(params string[] arguments) =>
        Assert.IsType<CommandLineRead.Say>(Line.Read(arguments, () => Defaults));

    private static CommandLineRead.Run Run(params string[] arguments) =>
        Assert.IsType<CommandLineRead.Run>(Line.Read(arguments, () => Defaults));
}
