// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Layers and images of a store that is only read carry layers, images and containers of another.</summary>
public sealed class AdditionalStoreSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_show_the_files_when_a_layer_or_an_image_stands_on_those_of_others(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            Assert.Equal("", await readOnly.SaysAsync("layers"));
            var both = root.MainWith(readOnly);
            Assert.Equal("", await both.SaysAsync("layers"));
            var (lower, upper, image) = await FillAsync(readOnly);
            await readOnly.MustAsync("shutdown");

            var layer = await both.LayerAsync(upper);
            ShowsTheUpperFiles(await both.MountAsync(layer));
            await both.UnmountAsync(layer);
            var imageOnLayer = await both.IdAsync("create-image", layer);
            var container = await both.IdAsync("create-container", imageOnLayer);
            ShowsTheUpperFiles(await both.MountAsync(container));
            Assert.NotEqual("", await both.SaysAsync("unmount", container));
            await both.MustAsync("delete-container", container);

            await SaysWhatIsReadOnlyAsync(both, [lower, upper], [image], [layer], [imageOnLayer]);
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_up_what_it_took_over_when_an_image_of_others_was_renamed(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            var (_, upper, image) = await FillAsync(readOnly);
            await readOnly.MustAsync("shutdown");
            var both = root.MainWith(readOnly);
            // A child that can be written keeps the deletion from reaching for layers that cannot.
            await both.LayerAsync(upper);

            await both.MustAsync("add-names", "-n", "newimage", image);
            await both.MustAsync("delete-image", "newimage");

            var container = await both.IdAsync("create-container", image);
            ShowsTheUpperFiles(await both.MountAsync(container));
            await both.MustAsync("delete-container", container);
            Assert.False(await both.ExistsAsync("-c", container));
        });

    /// <summary>A layer with a file, a child that has another one instead, and an image of the child.</summary>
    private static async Task<(string Lower, string Upper, string Image)> FillAsync(ConformanceStore store)
    {
        var lower = await store.LayerAsync();
        SampleFile.Create(Path.Combine(await store.MountAsync(lower), "file1"));
        var upper = await store.LayerAsync(lower);
        var upperMount = await store.MountAsync(upper);
        File.Delete(Path.Combine(upperMount, "file1"));
        SampleFile.Create(Path.Combine(upperMount, "file2"));
        await store.UnmountAsync(upper);
        await store.UnmountAsync(lower);
        return (lower, upper, await store.IdAsync("create-image", upper));
    }

    private static void ShowsTheUpperFiles(string point)
    {
        Assert.False(File.Exists(Path.Combine(point, "file1")));
        Assert.True(File.Exists(Path.Combine(point, "file2")));
    }

    private static async Task SaysWhatIsReadOnlyAsync(
        ConformanceStore store, string[] layersOfOthers, string[] imagesOfOthers, string[] layers, string[] images)
    {
        async Task SaysAsync(string kind, string id, bool readOnly) => Assert.Equal(
            (id, readOnly), (id, (await store.LinesAsync(kind, id)).Contains("Read Only: true")));
        foreach (var id in layersOfOthers) await SaysAsync("layer", id, readOnly: true);
        foreach (var id in imagesOfOthers) await SaysAsync("image", id, readOnly: true);
        foreach (var id in layers) await SaysAsync("layer", id, readOnly: false);
        foreach (var id in images) await SaysAsync("image", id, readOnly: false);
    }
}
