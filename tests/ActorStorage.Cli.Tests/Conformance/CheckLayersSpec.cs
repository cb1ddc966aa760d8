// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary><c>check</c> on layers whose content or data is no longer what was recorded.</summary>
public sealed class CheckLayersSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_layer_and_image_when_a_file_has_other_content(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            await root.Main.MustAsync("copy", root.RandomFile("other"), $"{damaged.Layer}:/datafile1");

            SaysOtherContent(await root.Main.MustAsync("check", "-r"), damaged.Layer);

            await damaged.IsEmptyAsync();
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_fail_when_a_file_in_a_store_to_read_has_other_content(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (_, damaged) = await CheckedStore.MakeTwoAsync(root);
            await damaged.Store.MustAsync("copy", root.RandomFile("other"), $"{damaged.Layer}:/datafile1");
            await damaged.Store.MustAsync("shutdown");

            SaysOtherContent((await root.MainWith(damaged.Store).RunAsync("check", "-r")).Failed(), damaged.Layer);

            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_name_the_file_when_one_was_added(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            await root.Main.MustAsync("copy", root.RandomFile("more"), $"{damaged.Layer}:/datafile3");

            (await root.Main.MustAsync("check", "-r"))
                .Says($"layer {damaged.Layer}: +/datafile3, layer content modified");

            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_layer_when_its_data_item_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            var file = await damaged.WithItemAsync(root, "layer", damaged.Layer);
            await root.Main.MustAsync("check");
            File.Delete(file);

            (await root.Main.MustAsync("check", "-r")).Says(MissingItemOf(damaged));

            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_fail_each_time_when_a_data_item_in_a_store_to_read_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (_, damaged) = await CheckedStore.MakeTwoAsync(root);
            File.Delete(await damaged.WithItemAsync(root, "layer", damaged.Layer));
            await damaged.Store.MustAsync("shutdown");

            (await root.MainWith(damaged.Store).RunAsync("check", "-r")).Failed().Says(MissingItemOf(damaged));
            (await root.MainWith(damaged.Store).RunAsync("check")).Failed().Says(MissingItemOf(damaged));

            await root.Main.MustAsync("check");
        });

    private static string MissingItemOf(CheckedStore damaged) =>
        $"layer {damaged.Layer}: data item \"{CheckedStore.Item}\": layer data item is missing";

    private static void SaysOtherContent(Outcome check, string layer) => Assert.True(
        check.Output.Contains($"layer {layer}: layer content incorrect digest", StringComparison.Ordinal)
        || check.Output.Contains($"layer {layer}: file integrity checksum failed", StringComparison.Ordinal),
        check.ToString());
}
