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
    public void Should_not_hold_back_complaints_when_results_are_buffered()
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var terminal = new Terminal(output, error, errorIsTerminal: false);
        terminal.OutLine("later");
        terminal.ErrorLine("now");
        Assert.Equal("now\n", Encoding.UTF8.GetString(error.ToArray()));
        Assert.Equal(0, output.Length);
    }
}
