// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary>What a program left behind when it ended.</summary>
/// <param name="Command">The command line, for the text of a failure.</param>
/// <param name="ExitCode">The exit status; 128 plus the signal's number when a signal ended it.</param>
/// <param name="OutputBytes">Standard output as it came.</param>
/// <param name="Error">Standard error as text.</param>
public sealed record Outcome(string Command, int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>Standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The lines of standard output without the empty one behind the last newline.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as a shell's command substitution gives it: without the newlines at its end.</summary>
    public string Text => Output.TrimEnd('\n');

    /// <summary>SHA-256 of standard output in lower-case hex.</summary>
    public string OutputSha256 => Convert.ToHexStringLower(SHA256.HashData(OutputBytes));

    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit status {ExitCode}, expected 0\n{this}");
        return this;
    }

    public Outcome Failed(int exitCode = 1)
    {
        Assert.True(ExitCode == exitCode, $"exit status {ExitCode}, expected {exitCode}\n{this}");
        return this;
    }

    /// <summary>Fails unless one of the two streams has the text: errors at start-up go to standard output.</summary>
    public Outcome Says(string text)
    {
        Assert.True(
            Error.Contains(text, StringComparison.Ordinal) || Output.Contains(text, StringComparison.Ordinal),
            $"nothing says '{text}'\n{this}");
        return this;
    }

    /// <summary>Fails when there is any output.</summary>
    public Outcome SaysNothing()
    {
        Assert.True(Text.Length == 0 && Error.Length == 0, $"something was printed\n{this}");
        return this;
    }

    public override string ToString() =>
        $"{Command}\nexit {ExitCode}\nout: {Shortened(Output)}\nerr: {Shortened(Error)}";

    private static string Shortened(string text) => text.Length <= 2000 ? text : text[..2000] + "...";
}
