// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Images and what they are made of in one store, containers in another.</summary>
public sealed class SplitStoreSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_keep_images_in_their_own_store_when_one_is_named(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            // A slash at the end of a directory's name means nothing.
            var split = root.Other("graph/", "runroot/", "--image-store", root.File("imagestore/"));
            var image = await split.IdAsync("create-image", "--name", "wonderful-image");
            foreach (var item in new[] { "random1", "random2" })
                await split.MustAsync("set-image-data", "-f", root.RandomFile(item), image, item);

            var shown = await split.SaysAsync("image", image);
            foreach (var text in new[] { $"ID: {image}", "Name: wonderful-image", "Data: random1", "Data: random2" })
                Assert.Contains(text, shown, StringComparison.Ordinal);
            await split.MustAsync("shutdown");

            var other = root.Other("graph/", "runroot/", "--image-store", root.File("empty-imagestore/"));
            // That is how an image is answered that is not there.
            (await other.QuietAsync("image", image)).Failed().SaysNothing();
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_work_on_both_stores_when_the_graph_root_has_images_too(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var graph = root.Other("graph", "runroot");
            var image = await graph.IdAsync("create-image", "--name", "wonderful-image");
            foreach (var item in new[] { "random1", "random2" })
                await graph.MustAsync("set-image-data", "-f", root.RandomFile(item), image, item);
            await graph.MustAsync("shutdown");
            var split = graph.With("--image-store", root.File("imagestore/"));

            (await split.MustAsync("image", image))
                .Says($"ID: {image}").Says("Name: wonderful-image").Says("Data: random1").Says("Data: random2");
            await split.MustAsync("delete-image", image);
            var layer = await split.LayerAsync("--readonly");
            await split.MustAsync("shutdown");

            Assert.False(await graph.ExistsAsync("-i", image));
            var images = root.Other("imagestore", "runroot");
            await images.MountAsync(layer);
            await images.UnmountAsync(layer);
            await images.MustAsync("shutdown");
        });
}
