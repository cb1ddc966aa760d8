// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Xunit.Abstractions;

namespace ActorStorage.Soak;

/// <summary>A minute of what tests/soak does for as long as it is told to.</summary>
public sealed class SoakSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    [SkippableFact]
    [Trait("kind", "slow")]
    public async Task Should_lose_nothing_and_leave_nothing_when_everybody_writes_and_is_killed()
    {
        Tool.Require(Tool.GoNewest, Tool.GoStable, Tool.Ours);
        await using var soak = new SoakRun(seed: 1, output.WriteLine);
        await soak.RunAsync(Duration);
        output.WriteLine(soak.Figures.ToString());
        Assert.Equal([], soak.Figures.FindingsAsText());
        Assert.True(soak.Figures.Of("killed") > 0, "nobody was killed");
    }
}
