// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>New layers, images and containers are listed, and everybody else can see that something was
/// written.</summary>
public sealed class CreationSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_show_each_layer_its_own_files_when_layers_are_mounted_at_once(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layersLock = new Token(Path.Combine(root.Main.Records("layers"), "layers.lock"));
            var mountsLock = new Token(
                Path.Combine(root.Main.Run, subject.Driver + "-layers", "mountpoints.lock"));
            var lower = await root.Main.LayerAsync();
            layersLock.IsNew();
            var lowerMount = await root.Main.MountAsync(lower);
            mountsLock.IsNew();
            SampleFile.Create(Path.Combine(lowerMount, "file1"));
            var middle = await root.Main.LayerAsync(lower);
            layersLock.IsNew();
            var middleMount = await root.Main.MountAsync(middle);
            mountsLock.IsNew();

            Assert.True(File.Exists(Path.Combine(middleMount, "file1")));
            SampleFile.Create(Path.Combine(middleMount, "file2"));
            File.Delete(Path.Combine(middleMount, "file1"));
            Assert.True(File.Exists(Path.Combine(lowerMount, "file1")));
            await root.Main.UnmountAsync(lower);
            await root.Main.UnmountAsync(middle);
            var upper = await root.Main.LayerAsync(middle);
            layersLock.IsNew();
            var upperMount = await root.Main.MountAsync(upper);
            mountsLock.IsNew();

            Assert.False(File.Exists(Path.Combine(upperMount, "file1")));
            Assert.True(File.Exists(Path.Combine(upperMount, "file2")));
            await root.Main.UnmountAsync(upper);
            Same([lower, middle, upper], await root.Main.LinesAsync("layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_list_images_when_they_have_a_layer_and_when_they_have_none(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var token = new Token(Path.Combine(root.Main.Records("images"), "images.lock"));
            var layerless = await root.Main.IdAsync("create-image", "");
            token.IsNew();
            var layer = await root.Main.LayerAsync();
            var first = await root.Main.IdAsync("create-image", layer);
            token.IsNew();
            var second = await root.Main.IdAsync("create-image", layer);
            token.IsNew();

            foreach (var image in new[] { layerless, first, second })
                Assert.True(await root.Main.ExistsAsync("-i", image));
            Same([layerless, first, second], await root.Main.LinesAsync("images"));
        });

    [SkippableTheory]
    [ToolsUnderTest(TransientToo = true)]
    public Task Should_list_containers_when_they_have_an_image_and_when_they_have_none(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var lockRoot = subject.IsTransient ? root.Main.Run : root.Main.Graph;
            var token = new Token(Path.Combine(lockRoot, subject.Driver + "-containers", "containers.lock"));
            var imageless = await root.Main.IdAsync("create-container", "");
            var layerless = await root.Main.IdAsync(
                "create-container", await root.Main.IdAsync("create-image", ""));
            var image = await root.Main.IdAsync("create-image", await root.Main.LayerAsync());
            token.IsNew();
            var first = await root.Main.IdAsync("create-container", image);
            token.IsNew();
            var second = await root.Main.IdAsync("create-container", image);
            token.IsNew();

            string[] containers = [imageless, layerless, first, second];
            foreach (var container in containers)
                Assert.True(await root.Main.ExistsAsync("-c", container));
            Same(containers, await root.Main.LinesAsync("containers"));
        });

    [SkippableTheory]
    [ToolsUnderTest(TransientToo = true)]
    public Task Should_mount_a_volatile_container_again_when_it_was_used_before(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var container = await root.Main.IdAsync("create-container", "--volatile", "");
            var point = await root.Main.MountAsync(container);
            SampleFile.Create(Path.Combine(point, "file"));
            Assert.NotEqual("", await root.Main.SaysAsync("unmount", container));

            // The kernel has marked the work directory by now, and would refuse it.
            point = await root.Main.MountAsync(container);
            Assert.True(File.Exists(Path.Combine(point, "file")));
            Assert.NotEqual("", await root.Main.SaysAsync("unmount", container));
        });

    private static void Same(string[] expected, string[] listed) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
}
