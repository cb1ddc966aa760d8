// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Namespaces;

namespace ActorStorage.Cli.Commands;

/// <summary>unshare: a program, or a shell, in a user namespace, where files have the owners that containers
/// see.</summary>
internal static class UnshareCommand
{
    public static Task<int> Run(CommandContext context)
    {
        var shell = Environment.GetEnvironmentVariable("SHELL");
        IReadOnlyList<string> command = context.Arguments.Count > 0
            ? context.Arguments
            : [string.IsNullOrEmpty(shell) ? "/bin/sh" : shell];
        var status = NamespaceProgram.Run(command);
        // Scripts of the Go tool find the status in the words, and 1 whatever it was.
        if (status != 0) context.Terminal.ErrorLine(Words(status));
        return Task.FromResult(status == 0 ? 0 : 1);
    }

    private static string Words(int status) => status > 128 ? $"signal: {status - 128}" : $"exit status {status}";
}
