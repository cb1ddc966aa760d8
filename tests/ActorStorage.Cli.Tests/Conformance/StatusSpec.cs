// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>What the store says about itself.</summary>
public sealed class StatusSpec
{
    [SkippableTheory]
    [ToolsUnderTest(InProcesses = true)]
    public Task Should_name_roots_and_driver_first_when_asked_for_the_status(ToolUnderTest subject) =>
        subject.InRootAsync(async root => Assert.Equal(
            [$"Root: {root.Main.Graph}", $"Run Root: {root.Main.Run}", $"Driver Name: {subject.Driver}"],
            (await root.Main.LinesAsync("status"))[..3]));
}
