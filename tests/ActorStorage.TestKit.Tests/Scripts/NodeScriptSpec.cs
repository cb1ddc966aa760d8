// SPDX-License-Identifier: Apache-2.0
using ActorStorage.TestKit.Scripts;

namespace ActorStorage.TestKit.Tests.Scripts;

/// <summary>Scripts and the real node.</summary>
public sealed class NodeScriptSpec : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task Should_follow_the_history_of_what_it_does()
    {
        await using var root = await TestRoot.StartAsync(Sys, new() { HasJournal = true });
        var script = Script.Parse("""
            archive base files 3 20
            > EnsureLayer {"layer": {"diffDigest": "${base.digest}", "sources": [{"url": "${base.url}"}]}}
            < EnsureLayerOk {"outcome": "STAGED", "layer": "${layer=}", "fetchedBytes": 0}
            > Subscribe {"fromOffset": "1"}
            < SubscribeOk {"subscription": "${s=}"}
            < HistoryPage {"subscription": "${s}", "steps": [{"changes": [{"id": "${layer}"}]}, "..."]}
            > Unsubscribe {"subscription": "${s}"}
            > WhoHolds {"lock": "layers"}
            < WhoHoldsOk {"locks": [{"isHeld": false}]}
            > Collect {"targetBytes": "1", "unusedForMs": "0"}
            < CollectOk {"count": 1, "layers": [{"layer": "${layer}", "diskBytes": "*"}]}
            > Explain {"layer": "${layer}"}
            < RequestRefused {"error": {"kind": "NotFound"}}
            """);
        var summary = await root.RunScriptAsync(script);
        Assert.Equal(new ScriptSummary(6, 6), summary);
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_need_a_journal()
    {
        await using var root = await TestRoot.StartAsync(Sys);
        Assert.Throws<InvalidOperationException>(() => root.Node);
    }

    [Fact]
    public async Task Should_go_on_with_a_node_of_the_next_engine()
    {
        await using var root = await TestRoot.StartAsync(Sys, new() { HasJournal = true });
        var script = Script.Parse("> FindMissing\n< FindMissingOk");
        await root.RunScriptAsync(script);
        await root.RestartAsync();
        await root.RunScriptAsync(script);
    }
}
