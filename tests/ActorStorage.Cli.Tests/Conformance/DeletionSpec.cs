// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>What is deleted no longer exists; what others need is not deleted.</summary>
public sealed class DeletionSpec
{
    [SkippableTheory]
    [ToolsUnderTest(TransientToo = true)]
    public Task Should_delete_a_container_when_asked_to(ToolUnderTest subject) => subject.InRootAsync(async root =>
    {
        var image = await root.Main.IdAsync("create-image", await root.Main.LayerAsync());
        var container = await root.Main.IdAsync("create-container", image);
        await root.Main.MustAsync("delete-container", container);
        Assert.False(await root.Main.ExistsAsync("-c", container));
    });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_delete_an_image_when_asked_to(ToolUnderTest subject) => subject.InRootAsync(async root =>
    {
        var image = await root.Main.IdAsync("create-image", await root.Main.LayerAsync());
        await root.Main.MustAsync("delete-image", image);
        Assert.False(await root.Main.ExistsAsync("-i", image));
    });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_to_delete_a_layer_when_it_has_children(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var lower = await root.Main.LayerAsync();
            SampleFile.Create(Path.Combine(await root.Main.MountAsync(lower), "file1"));
            await root.Main.UnmountAsync(lower);
            var middle = await root.Main.LayerAsync(lower);
            var middleMount = await root.Main.MountAsync(middle);
            Assert.True(File.Exists(Path.Combine(middleMount, "file1")));
            File.Delete(Path.Combine(middleMount, "file1"));
            SampleFile.Create(Path.Combine(middleMount, "file2"));
            await root.Main.UnmountAsync(middle);
            var upper = await root.Main.LayerAsync(middle);
            var upperMount = await root.Main.MountAsync(upper);
            Assert.False(File.Exists(Path.Combine(upperMount, "file1")));
            Assert.True(File.Exists(Path.Combine(upperMount, "file2")));
            await root.Main.UnmountAsync(upper);

            (await root.Main.RunAsync("delete-layer", lower)).Failed();
            (await root.Main.RunAsync("delete-layer", middle)).Failed();
            foreach (var layer in new[] { upper, middle, lower })
                await root.Main.MustAsync("delete-layer", layer);
            Assert.Equal("", await root.Main.SaysAsync("layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_to_delete_a_layer_when_it_has_children_with_other_ids(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var lower = await root.Main.LayerAsync("-r");
            var middle = await root.Main.LayerAsync(
                "-r", "--uidmap", "0:100:100000", "--gidmap", "0:100:100000", lower);
            var upper = await root.Main.LayerAsync(
                "-r", "--uidmap", "0:200:100000", "--gidmap", "0:200:100000", middle);

            (await root.Main.RunAsync("delete-layer", lower)).Failed();
            (await root.Main.RunAsync("delete-layer", middle)).Failed();
            await root.Main.MustAsync("delete-layer", upper);
            await root.Main.MustAsync("delete-layer", middle);
            var image = await root.Main.IdAsync("create-image", lower);
            (await root.Main.RunAsync("delete-layer", upper)).Failed();
            await root.Main.MustAsync("delete-image", image);
        });

    [SkippableTheory]
    [ToolsUnderTest(TransientToo = true)]
    public Task Should_delete_whatever_has_the_id_when_no_kind_is_named(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = await root.Main.LayerAsync();
            var image = await root.Main.IdAsync("create-image", layer);
            var container = await root.Main.IdAsync("create-container", image);
            foreach (var (kind, id) in new[] { ("-c", container), ("-i", image), ("-l", layer) })
            {
                Assert.True(await root.Main.ExistsAsync(kind, id));
                await root.Main.MustAsync("delete", id);
                Assert.False(await root.Main.ExistsAsync(kind, id));
            }
        });
}
