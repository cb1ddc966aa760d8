// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>Results and complaints stand in the order of the newest Go tool when both go to one place.</summary>
public sealed class MergedStreamsSpec
{
    private static readonly string[][] _commands =
    [
        ["mount", "one", "nobody", "two"],
        ["mount", "nobody"],
        ["mounted", "one", "nobody", "two"],
        ["unmount", "one", "nobody", "two"],
        ["layer", "one", "nobody", "two"],
        ["delete-layer", "nobody", "one"],
        ["delete", "nobody", "two"],
    ];

    [SkippableFact]
    public async Task Should_keep_the_order_of_the_go_tool_when_both_streams_go_to_one_place() =>
        Assert.Equal(await RunAsync(Tool.GoNewest), await RunAsync(Tool.Ours));

    private static async Task<string[]> RunAsync(Tool tool)
    {
        Tool.Require(tool);
        await using var root = new StorageRoot();
        foreach (var layer in new[] { "one", "two" }) await tool.MustAsync(root, "create-layer", "-i", layer);
        var merged = new List<string>();
        foreach (var command in _commands)
        {
            var outcome = await Command.RunAsync(
                "sh", ["-c", "exec \"$0\" \"$@\" 2>&1", tool.Path, .. root.GlobalOptions, .. command]);
            merged.Add(outcome.Output.Replace(root.Directory, "<root>", StringComparison.Ordinal));
        }
        return [.. merged];
    }
}
