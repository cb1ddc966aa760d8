// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class OptionParserSpec
{
    private static readonly OptionSpec Id = new(OptionKind.Text, "", "--id", "-i");
    private static readonly OptionSpec Name = new(OptionKind.List, "", "--name", "-n");
    private static readonly OptionSpec Quick = new(OptionKind.Flag, "", "--quick", "-q");
    private static readonly OptionSpec Tree = new(OptionKind.Flag, "", "--tree", "-t");
    private static readonly OptionSpec Help = new(OptionKind.Flag, "", "--help") { DeprecatedNames = ["-help"] };
    private readonly OptionValues _values = new();

    [Theory]
    [InlineData("--id x", "x")]
    [InlineData("--id=x", "x")]
    [InlineData("-i x", "x")]
    [InlineData("-i=x", "x")]
    [InlineData("-i=", "")]
    [InlineData("--id a --id b", "b")]
    [InlineData("--id=a=b", "a=b")]
    [InlineData("--id \"x\"", "\"x\"")]
    [InlineData("--id=\"x\"", "x")]
    [InlineData("--id='x'", "x")]
    [InlineData("--id=\"x", "\"x")]
    [InlineData("--id=\"x'", "\"x'")]
    [InlineData("--id=\"", "\"")]
    [InlineData("--id -q", "-q")]
    public void Should_take_a_value_when_it_is_given(string line, string expected)
    {
        Assert.Empty(Rest(line));
        Assert.Equal(expected, _values.Text(Id));
        Assert.False(_values.Flag(Quick));
    }

    [Fact]
    public void Should_add_up_values_when_an_option_is_a_list()
    {
        Assert.Equal(["x"], Rest("--name a,b -n c -nn d e x"));
        Assert.Equal(["a,b", "c", "d", "e"], _values.List(Name));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("T", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("f", false)]
    [InlineData("F", false)]
    [InlineData("false", false)]
    [InlineData("FALSE", false)]
    [InlineData("False", false)]
    [InlineData("'true'", true)]
    public void Should_know_every_spelling_when_a_boolean_is_given(string spelling, bool expected)
    {
        _values.Set(Quick, "", expected ? "false" : "true");
        Assert.Empty(Rest($"--quick={spelling}"));
        Assert.Equal(expected, _values.Flag(Quick));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("tRUE")]
    [InlineData("")]
    [InlineData("2")]
    public void Should_refuse_with_the_words_of_go_when_a_boolean_is_none(string text)
    {
        var message = $"strconv.ParseBool: parsing \"{text}\": invalid syntax";
        Assert.Equal([$"invalid boolean value \"{text}\" for  --quick: {message}"], Failures($"--quick={text}"));
        Assert.Equal([$"invalid boolean value \"{text}\" for  -q: {message}"], Failures($"-q={text}"));
    }

    [Fact]
    public void Should_leave_the_next_argument_alone_when_an_option_is_boolean()
    {
        Assert.Equal(["false"], Rest("--quick false"));
        Assert.True(_values.Flag(Quick));
    }

    [Fact]
    public void Should_feed_letters_in_turn_when_a_bundle_takes_values()
    {
        Assert.Equal(["x"], Rest("-niq one two x"));
        Assert.Equal(["one"], _values.List(Name));
        Assert.Equal("two", _values.Text(Id));
        Assert.True(_values.Flag(Quick));
    }

    [Theory]
    [InlineData("-qt=false")]
    [InlineData("-qt=maybe")]
    public void Should_drop_the_value_when_a_bundle_is_given_one(string bundle)
    {
        Assert.Empty(Rest(bundle));
        Assert.True(_values.Flag(Quick));
        Assert.True(_values.Flag(Tree));
    }

    [Fact]
    public void Should_keep_what_the_first_letters_did_when_a_later_one_is_bad()
    {
        Assert.Equal(["flag provided but not defined: -qZ"], Failures("-qZ"));
        Assert.True(_values.Flag(Quick));
    }

    [Fact]
    public void Should_complain_of_the_letter_and_of_the_bundle_when_a_value_is_missing() => Assert.Equal(
        ["flag needs an argument: -n", "flag provided but not defined: -in"], Failures("-in one"));

    [Theory]
    [InlineData("--bogus", "flag provided but not defined: --bogus")]
    [InlineData("--bogus=1", "flag provided but not defined: --bogus")]
    [InlineData("-Z", "flag provided but not defined: -Z")]
    [InlineData("-quick", "flag provided but not defined: -quick")]
    [InlineData("-name x", "flag provided but not defined: -name")]
    [InlineData("---", "flag provided but not defined: ---")]
    [InlineData("---quick", "flag provided but not defined: ---quick")]
    [InlineData("--=x", "flag provided but not defined: --")]
    [InlineData("-=x", "bad flag syntax: -=x")]
    [InlineData("-=", "bad flag syntax: -=")]
    [InlineData("--id", "flag needs an argument: --id")]
    [InlineData("-i", "flag needs an argument: -i")]
    public void Should_name_what_is_wrong_when_an_option_makes_no_sense(string line, string expected) =>
        Assert.Equal([expected], Failures(line));

    [Theory]
    [InlineData("x -q", new[] { "x", "-q" })]
    [InlineData("-- -q", new[] { "-q" })]
    [InlineData("-- -- -q", new[] { "--", "-q" })]
    [InlineData("- -q", new[] { "-", "-q" })]
    [InlineData("--", new string[0])]
    public void Should_read_no_options_when_a_positional_argument_came_first(string line, string[] expected)
    {
        Assert.Equal(expected, Rest(line));
        Assert.False(_values.Flag(Quick));
    }

    [Fact]
    public void Should_take_the_empty_text_as_an_argument_when_it_is_given()
    {
        var done = Assert.IsType<OptionsRead.Done>(Read(["-q", "", "-t"]));
        Assert.Equal(["", "-t"], done.Rest);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("-hx")]
    [InlineData("-qh")]
    public void Should_ask_for_help_when_the_letter_is_no_option(string line) =>
        Assert.IsType<OptionsRead.HelpWanted>(Read(line.Split(' ')));

    [Fact]
    public void Should_name_the_old_spelling_when_it_is_used()
    {
        var done = Assert.IsType<OptionsRead.Done>(Read(["-help"]));
        Assert.Equal(["-help"], done.DeprecatedNames);
        Assert.True(_values.Flag(Help));
    }

    private IReadOnlyList<string> Rest(string line) => Assert.IsType<OptionsRead.Done>(Read(line.Split(' '))).Rest;

    private IReadOnlyList<string> Failures(string line) =>
        Assert.IsType<OptionsRead.Failed>(Read(line.Split(' '))).Messages;

    private OptionsRead Read(IEnumerable<string> arguments) =>
        OptionParser.Read([Id, Name, Quick, Tree, Help], _values, arguments);
}
