// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Roots may be named relative to the directory in which the command runs.</summary>
public sealed class AbsolutePathsSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_open_the_store_when_its_roots_are_relative(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            foreach (var start in new[] { "", "./" })
            {
                // The roots of the test come first, so this proves as well that the last one named counts.
                string[] roots = ["--graph", start + "a/b/root", "--run", start + "a/b/runroot"];
                (await root.Main.FromItsDirectory().QuietAsync(["layers", .. roots])).Succeeded().SaysNothing();
                Assert.True(Directory.Exists(root.File($"a/b/root/{subject.Driver}-layers")));
                (await root.Main.FromItsDirectory().QuietAsync(["shutdown", .. roots])).Succeeded().SaysNothing();
            }
        });
}
