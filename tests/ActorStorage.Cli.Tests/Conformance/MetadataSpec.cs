// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Text that callers keep with images and containers.</summary>
public sealed class MetadataSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_the_metadata_back_when_it_was_set(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var file = root.File("danger");
            await File.WriteAllTextAsync(file, "danger\n");
            var layer = await root.Main.LayerAsync();
            foreach (var (kind, of) in new[] { ("image", layer), ("container", "") })
            {
                foreach (string[] option in new[] { new[] { "-m", "danger" }, ["-f", file] })
                {
                    var id = await root.Main.IdAsync([$"create-{kind}", .. option, of]);
                    Assert.Equal("danger", await root.Main.SaysAsync("metadata", "-q", id));
                    Assert.Equal("", await root.Main.SaysAsync("set-metadata", "-m", "thunder", id));
                    Assert.Equal("thunder", await root.Main.SaysAsync("metadata", "-q", id));
                    Assert.Equal("", await root.Main.SaysAsync("set-metadata", "-f", file, id));
                    Assert.Equal("danger", await root.Main.SaysAsync("metadata", "-q", id));
                }
            }
        });
}
