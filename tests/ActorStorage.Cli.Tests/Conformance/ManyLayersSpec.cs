// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Chains of layers that are longer than what one page of mount options can name.</summary>
public sealed class ManyLayersSpec
{
    /// <summary>More than 127, where names of lower directories no longer fit.</summary>
    private const int Layers = 130;

    /// <summary>Only the deep mounts prove something, and each costs three processes.</summary>
    private const int WithFiles = 10;

    [SkippableTheory]
    [ToolsUnderTest(Drivers = "overlay")]
    public Task Should_show_the_files_of_all_layers_when_a_container_has_more_than_127(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            // Its processes are short, and nothing is said here about who makes the lower ones.
            var byGo = root.MainBy(Tool.GoNewest);
            var layer = "";
            for (var i = 0; i < Layers - WithFiles; i++)
                layer = await byGo.LayerAsync(layer);
            for (var i = 0; i < WithFiles; i++)
            {
                layer = await root.Main.LayerAsync(layer);
                await File.WriteAllTextAsync(Path.Combine(await root.Main.MountAsync(layer), $"file{i}"), "");
                await root.Main.UnmountAsync(layer);
            }
            var image = await root.Main.IdAsync("create-image", layer);
            var container = await root.Main.IdAsync("create-container", image);
            var point = await root.Main.MountAsync(container);

            Assert.Equal(
                Enumerable.Range(0, WithFiles).Select(i => $"file{i}"),
                Directory.GetFiles(point).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        });
}
