// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary><c>check</c> on images that lack their layer or a data item.</summary>
public sealed class CheckImagesSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_image_when_its_layer_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            await root.Main.MustAsync("delete", damaged.Layer);

            (await root.Main.MustAsync("check", "-r")).Says(MissingLayerOf(damaged));

            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_fail_when_a_layer_in_a_store_to_read_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (_, damaged) = await CheckedStore.MakeTwoAsync(root);
            await damaged.Store.MustAsync("delete", damaged.Layer);
            await damaged.Store.MustAsync("shutdown");

            (await root.MainWith(damaged.Store).RunAsync("check", "-r")).Failed().Says(MissingLayerOf(damaged));

            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_image_when_its_data_item_is_missing(ToolUnderTest subject) =>
        RemovedAsync(subject, File.Delete, "image data item is missing");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_image_when_its_data_item_has_another_size(ToolUnderTest subject) =>
        RemovedAsync(subject, Lengthen, "image data item has incorrect size");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_fail_each_time_when_a_data_item_in_a_store_to_read_is_missing(ToolUnderTest subject) =>
        ReportedAsync(subject, File.Delete, "image data item is missing");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_fail_each_time_when_a_data_item_in_a_store_to_read_has_another_size(ToolUnderTest subject) =>
        ReportedAsync(subject, Lengthen, "image data item has incorrect size");

    private static Task RemovedAsync(ToolUnderTest subject, Action<string> damage, string finding) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            damage(await damaged.WithItemAsync(root, "image", damaged.Image));

            (await root.Main.MustAsync("check", "-r")).Says(ItemOf(damaged, finding));

            await root.Main.MustAsync("check");
            Assert.Equal("", await root.Main.SaysAsync("images"));
        });

    private static Task ReportedAsync(ToolUnderTest subject, Action<string> damage, string finding) =>
        subject.InRootAsync(async root =>
        {
            var (_, damaged) = await CheckedStore.MakeTwoAsync(root);
            damage(await damaged.WithItemAsync(root, "image", damaged.Image));
            await damaged.Store.MustAsync("shutdown");

            (await root.MainWith(damaged.Store).RunAsync("check", "-r")).Failed().Says(ItemOf(damaged, finding));
            (await root.MainWith(damaged.Store).RunAsync("check")).Failed().Says(ItemOf(damaged, finding));

            await root.Main.MustAsync("check");
        });

    private static string ItemOf(CheckedStore damaged, string finding) =>
        $"image {damaged.Image}: data item \"{CheckedStore.Item}\": {finding}";

    private static string MissingLayerOf(CheckedStore damaged) =>
        $"image {damaged.Image}: layer {damaged.Layer}: image layer is missing";

    private static void Lengthen(string file) => File.AppendAllText(file, "x");
}
