// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Layers that somebody left half made or half deleted.</summary>
public sealed class CleanupLayerSpec
{
    [SkippableTheory]
    [ToolsUnderTest(InProcesses = true)]
    public Task Should_forget_a_layer_when_its_record_says_that_it_is_incomplete(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            await root.Main.LayerAsync();
            // Nobody is told that the records have changed: the lock file stays as it is.
            var records = Path.Combine(root.Main.Records("layers"), "layers.json");
            var text = await File.ReadAllTextAsync(records);
            Assert.Contains("\"id\":", text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                records,
                text.Replace("\"id\":", "\"flags\":{\"incomplete\":true},\"id\":", StringComparison.Ordinal));

            Assert.Equal("", await root.Main.SaysAsync("layers"));
        });
}
