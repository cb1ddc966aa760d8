// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests;

/// <summary>A failure that nobody foresaw is told in one line.</summary>
public sealed class LastResortSpec
{
    [Fact]
    public void Should_say_one_line_when_something_unforeseen_happens()
    {
        var (exitCode, error) = Run(showStack: false);
        Assert.Equal(1, exitCode);
        Assert.Equal("unexpected InvalidOperationException: first second\n", error);
    }

    [Fact]
    public void Should_show_the_stack_when_debugging_is_asked_for()
    {
        var (exitCode, error) = Run(showStack: true);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("unexpected InvalidOperationException: first second\n", error, StringComparison.Ordinal);
        Assert.Contains($"   at {typeof(LastResortSpec).FullName}.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_nothing_when_the_command_ends_by_itself()
    {
        using var error = new MemoryStream();
        Assert.Equal(3, LastResort.Run(new Terminal(Stream.Null, error, errorIsTerminal: false), true, () => 3));
        Assert.Equal(0, error.Length);
    }

    private static (int ExitCode, string Error) Run(bool showStack)
    {
        using var error = new MemoryStream();
        var terminal = new Terminal(Stream.Null, error, errorIsTerminal: false);
        var exitCode = LastResort.Run(
            terminal, showStack, () => throw new InvalidOperationException("first\nsecond"));
        return (exitCode, Encoding.UTF8.GetString(error.ToArray()));
    }
}
