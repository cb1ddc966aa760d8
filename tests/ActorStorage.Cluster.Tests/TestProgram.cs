// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Tests.Machines;
using ActorStorage.Cluster.Tests.Transfer;

namespace ActorStorage.Cluster.Tests;

/// <summary>These tests as a program, to be killed.</summary>
internal static class TestProgram
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["ask-node", .. var rest] => AskingProgram.RunAsync(rest),
        ["serve-layers", .. var rest] => ServingProgram.RunAsync(rest),
        _ => Task.FromResult(2),
    };
}
