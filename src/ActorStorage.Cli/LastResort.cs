// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli;

/// <summary>
/// What becomes of a failure that nobody foresaw, which is a mistake in this program: one line, and the exit status of
/// any other failure. A script sees no stack; who looks for the mistake asks for it.
/// </summary>
internal static class LastResort
{
    private const int ExitFailure = 1;

    public static int Run(Terminal terminal, bool showStack, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (IOException failure) when (!terminal.IsBroken)
        {
            // The results could not be written: a disk is full, for instance.
            terminal.ErrorLine(OneLine(failure.Message));
            return ExitFailure;
        }
        catch (Exception failure) when (!terminal.IsBroken)
        {
            terminal.ErrorLine($"unexpected {failure.GetType().Name}: {OneLine(failure.Message)}");
            if (showStack) terminal.ErrorLine(failure.ToString());
            return ExitFailure;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
