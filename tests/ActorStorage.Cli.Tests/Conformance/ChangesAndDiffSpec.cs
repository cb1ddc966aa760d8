// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>What was changed in layers through their mounts, as a list, as an archive and as a size.</summary>
public sealed class ChangesAndDiffSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_list_the_changes_when_layers_are_mounted_and_when_they_are_not(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await ThreeLayers.BuildAsync(root.Main);
            foreach (var layer in layers) await root.Main.MountAsync(layer);
            await ThreeLayers.HaveTheirChangesAsync(root.Main, layers);
            foreach (var layer in layers) await root.Main.UnmountAsync(layer);
            await ThreeLayers.HaveTheirChangesAsync(root.Main, layers);
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_pack_the_changes_when_layers_are_mounted_and_when_they_are_not(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await ThreeLayers.BuildAsync(root.Main);
            foreach (var layer in layers) await root.Main.MountAsync(layer);
            await ThreeLayers.HaveTheirDiffsAsync(root, layers);
            foreach (var layer in layers) await root.Main.UnmountAsync(layer);
            await ThreeLayers.HaveTheirDiffsAsync(root, layers);
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_the_bytes_of_added_files_when_asked_for_the_size(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await ThreeLayers.BuildAsync(root.Main);
            Assert.Equal("1536", await root.Main.SaysAsync("diffsize", layers[0]));
            Assert.Equal("512", await root.Main.SaysAsync("diffsize", layers[1]));
            Assert.Equal("512", await root.Main.SaysAsync("diffsize", layers[2]));
        });
}
