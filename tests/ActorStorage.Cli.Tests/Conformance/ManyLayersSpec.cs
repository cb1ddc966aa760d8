// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Chains of layers that are longer than what one page of mount options can name.</summary>
public sealed class ManyLayersSpec
{
    /// <summary>More than 127, where names of lower directories no longer fit.</summary>
    private const int Layers = 130;

    [SkippableTheory]
    [ToolsUnderTest(Drivers = "overlay", OursOn = "")]
    public Task Should_show_the_files_of_all_layers_when_a_container_has_more_than_127(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = "";
            for (var i = 0; i < Layers; i++)
            {
                layer = await root.Main.LayerAsync(layer);
                // Only the deep mounts prove something, and each costs three processes.
                if (i is > 0 and < 120) continue;
                await File.WriteAllTextAsync(Path.Combine(await root.Main.MountAsync(layer), $"file{i}"), "");
                await root.Main.UnmountAsync(layer);
            }
            var image = await root.Main.IdAsync("create-image", layer);
            var container = await root.Main.IdAsync("create-container", image);
            var point = await root.Main.MountAsync(container);

            Assert.Equal(
                Enumerable.Range(0, Layers).Where(i => i is 0 or >= 120).Select(i => $"file{i}")
                    .Order(StringComparer.Ordinal),
                Directory.GetFiles(point).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        });
}
