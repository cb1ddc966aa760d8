// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class UsageTextSpec
{
    private static readonly OptionSpec Zed = new(OptionKind.Text, "last", "--zed", "-z");
    private static readonly OptionSpec Able = new(OptionKind.Flag, "first", "--Able");
    private static readonly OptionSpec Both = new(OptionKind.List, "middle", "--both", "-b");

    [Fact]
    public void Should_sort_and_align_when_options_are_short() => Assert.Equal(
        "\n" +
        "  --Able             first\n" +
        "  --both, -b=[]      middle\n" +
        "  --zed, -z          last\n",
        UsageText.OptionTable([Zed, Both, Able], new OptionValues()));

    [Fact]
    public void Should_widen_the_column_when_a_value_is_long()
    {
        var values = new OptionValues();
        values.Set(Zed, "", "/a/rather/long/path");
        Assert.Equal(
            "\n" +
            "  --Able                           first\n" +
            "  --zed, -z=/a/rather/long/path    last\n",
            UsageText.OptionTable([Zed, Able], values));
    }

    [SkippableFact]
    public void Should_shorten_a_home_directory_when_a_value_begins_with_it()
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        Skip.If(string.IsNullOrEmpty(home) || home == "/");
        var values = new OptionValues();
        values.Set(Zed, "", home + "/x");
        Assert.Contains("-z=~/x ", UsageText.OptionTable([Zed], values), StringComparison.Ordinal);
    }
}
