// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary><c>check</c> on layers that no image and no container needs.</summary>
public sealed class CheckUnusedSpec
{
    private const string NotReferenced = "layer not referenced by any images or containers";

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_unused_layers_when_they_are_old_enough(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var parent = await root.Main.LayerAsync();
            var child = await root.Main.LayerAsync(parent);

            // Unused layers have a day to find somebody who uses them.
            Assert.Equal("", await root.Main.SaysAsync("check", "-r"));
            var check = await root.Main.MustAsync("check", "-r", "-m", "0");

            check.Says($"layer {parent}: {NotReferenced}").Says($"layer {child}: {NotReferenced}");
            Assert.Equal("", await root.Main.SaysAsync("layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_say_nothing_when_unused_layers_are_not_ours_to_write(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            await readOnly.LayerAsync(await readOnly.LayerAsync());
            await readOnly.MustAsync("shutdown");

            Assert.Equal("", await root.MainWith(readOnly).SaysAsync("check", "-m", "0"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_only_its_own_unused_layers_when_there_are_layers_of_others(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            var used = await readOnly.LayerAsync();
            await readOnly.IdAsync("create-image", used);
            await readOnly.MustAsync("shutdown");
            var both = root.MainWith(readOnly);
            var parent = await both.LayerAsync();
            var child = await both.LayerAsync(parent);

            Assert.Equal("", await both.SaysAsync("check", "-r"));
            var check = await both.MustAsync("check", "-r", "-m", "0");

            check.Says($"layer {parent}: {NotReferenced}").Says($"layer {child}: {NotReferenced}");
            Assert.Equal(used, await both.SaysAsync("layers", "-q"));
        });
}
