// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests.Output;

public sealed class TerminalSpec
{
    [Fact]
    public void Should_keep_the_order_when_text_and_bytes_are_mixed()
    {
        using var output = new MemoryStream();
        var terminal = new Terminal(output, Stream.Null, errorIsTerminal: false);
        terminal.OutLine("first \u00e9");
        terminal.OutputBytes().Write("second\n"u8);
        terminal.Out("third");
        terminal.Flush();
        Assert.Equal("first \u00e9\nsecond\nthird", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Should_keep_the_order_when_results_and_complaints_go_to_one_place()
    {
        using var both = new MemoryStream();
        var terminal = new Terminal(both, both, errorIsTerminal: false);
        terminal.OutLine("result");
        terminal.ErrorLine("complaint");
        terminal.OutLine("another result");
        terminal.Flush();
        Assert.Equal("result\ncomplaint\nanother result\n", Encoding.UTF8.GetString(both.ToArray()));
    }

    [Fact]
    public void Should_hold_back_results_when_nobody_complains()
    {
        using var output = new MemoryStream();
        new Terminal(output, Stream.Null, errorIsTerminal: false).OutLine("later");
        Assert.Equal(0, output.Length);
    }
}
