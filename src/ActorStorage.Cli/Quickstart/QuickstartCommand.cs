// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;

namespace ActorStorage.Cli.Quickstart;

internal static class QuickstartCommand
{
    public static Task<int> Run(CommandContext context) => throw new NotImplementedException();
}
