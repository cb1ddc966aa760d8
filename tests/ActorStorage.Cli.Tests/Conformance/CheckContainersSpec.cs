// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary><c>check</c> on containers, which it removes only when it is told to by force.</summary>
public sealed class CheckContainersSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_container_by_force_when_its_image_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var damaged = await CheckedStore.MakeAsync(root, root.Main);
            var container = await root.Main.IdAsync("create-container", damaged.Image);
            await root.Main.MustAsync("delete", damaged.Image);
            string[] said = [$"container {container}:", $"image {damaged.Image}: image missing"];

            foreach (var way in new[] { "check -r", "check", "check -r -f" })
            {
                var check = await root.Main.RunAsync(way.Split(' '));
                Assert.Equal((way, way.EndsWith("-f", StringComparison.Ordinal) ? 0 : 1), (way, check.ExitCode));
                Assert.All(said, text => check.Says(text));
            }
            await root.Main.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_container_by_force_when_an_image_to_read_is_missing(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var lost = await CheckedStore.MakeAsync(root, root.Other("ro"));
            await lost.Store.MustAsync("shutdown");
            var both = root.MainWith(lost.Store);
            var container = await both.IdAsync("create-container", lost.Image);
            var shown = await both.LinesAsync("container", container);
            var layer = Assert.Single(shown, line => line.StartsWith("Layer: ", StringComparison.Ordinal))[7..];
            await lost.Store.MustAsync("delete", lost.Layer);
            await lost.Store.MustAsync("delete", lost.Image);
            await lost.Store.MustAsync("shutdown");
            string[] said = [$"container {container}:", $"image {lost.Image}: image missing"];

            var repair = (await both.RunAsync("check", "-r")).Failed()
                .Says($"layer {layer} used by container {container}: layer is in use by a container");
            Assert.All(said, text => repair.Says(text));
            var look = (await both.RunAsync("check")).Failed();
            Assert.All(said, text => look.Says(text));
            var force = await both.MustAsync("check", "-r", "-f");
            Assert.All(said, text => force.Says(text));
            await both.MustAsync("check");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_container_by_force_when_its_data_item_is_missing(ToolUnderTest subject) =>
        RemovedByForceAsync(subject, File.Delete, "container data item is missing");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_the_container_by_force_when_its_data_item_has_another_size(ToolUnderTest subject) =>
        RemovedByForceAsync(
            subject, file => File.AppendAllText(file, "x"), "container data item has incorrect size");

    private static Task RemovedByForceAsync(ToolUnderTest subject, Action<string> damage, string finding) =>
        subject.InRootAsync(async root =>
        {
            var healthy = await CheckedStore.MakeAsync(root, root.Main);
            var container = await root.Main.IdAsync("create-container", "");
            damage(await healthy.WithItemAsync(root, "container", container));
            var said = $"container {container}: data item \"{CheckedStore.Item}\": {finding}";

            (await root.Main.RunAsync("check", "-r")).Failed().Says(said);
            (await root.Main.RunAsync("check")).Failed().Says(said);
            (await root.Main.MustAsync("check", "-r", "-f")).Says(said);
            await root.Main.MustAsync("check");
            Assert.Equal(healthy.Image, await root.Main.IdAsync("images", "-q"));
        });
}
