// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>The directories that callers get for what they want to keep with an image or a container.</summary>
public sealed class OwnDirectoriesSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_directories_in_both_roots_when_a_container_is_named(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = await root.Main.LayerAsync();
            var image = await root.Main.IdAsync("create-image", "-m", "danger", layer);
            var container = await root.Main.IdAsync("create-container", "-m", "danger", image);
            Assert.True(await root.Main.ExistsAsync("-l", layer));
            Assert.True(await root.Main.ExistsAsync("-i", image));
            Assert.True(await root.Main.ExistsAsync("-c", container));

            await TakesFilesAsync(root.Main, root.Main.Graph, "get-container-dir", container);
            await TakesFilesAsync(root.Main, root.Main.Run, "get-container-run-dir", container);
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_directories_in_both_roots_when_an_image_is_named(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = await root.Main.LayerAsync();
            var image = await root.Main.IdAsync("create-image", "-m", "danger", layer);
            Assert.True(await root.Main.ExistsAsync("-i", image));

            await TakesFilesAsync(root.Main, root.Main.Graph, "get-image-dir", image);
            await TakesFilesAsync(root.Main, root.Main.Run, "get-image-run-dir", image);
        });

    private static async Task TakesFilesAsync(ConformanceStore store, string below, string command, string owner)
    {
        var directory = await store.SaysAsync(command, owner);
        Assert.StartsWith(below + "/", directory, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "file"), "");
    }
}
