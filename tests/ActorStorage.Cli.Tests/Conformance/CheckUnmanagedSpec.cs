// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary><c>check</c> on directories of layers that no record names.</summary>
public sealed class CheckUnmanagedSpec
{
    private const string NotAccountedFor = "layer in lower level storage driver not accounted for";

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_remove_layers_without_a_record_when_told_to_repair(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await UnmanagedAsync(root.Main);

            var check = await root.Main.MustAsync("check", "-r");

            Assert.All(layers, layer => check.Says($"layer {layer}: {NotAccountedFor}"));
            Assert.Equal("", await root.Main.SaysAsync("storage-layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_say_nothing_when_layers_without_a_record_are_not_ours_to_write(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            await UnmanagedAsync(readOnly);
            await readOnly.MustAsync("shutdown");
            await root.Main.IdAsync("create-image", await root.Main.LayerAsync());

            Assert.Equal("", await root.MainWith(readOnly).SaysAsync("check"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_leave_the_layers_of_others_when_told_to_repair(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            var known = await readOnly.LayerAsync();
            await readOnly.IdAsync("create-image", known);
            await readOnly.MustAsync("shutdown");
            var parent = await root.Main.SaysAsync("create-storage-layer");
            var child = await root.Main.SaysAsync("create-storage-layer", parent);

            var check = await root.MainWith(readOnly).MustAsync("check", "-r");

            check.Says($"layer {parent}: {NotAccountedFor}").Says($"layer {child}: {NotAccountedFor}");
            Assert.Equal("", await root.Main.SaysAsync("storage-layers"));
            Assert.Equal(known, await root.MainWith(readOnly).SaysAsync("layers", "-q"));
        });

    /// <summary>Two layers and a child of the first, as only the driver knows them.</summary>
    private static async Task<string[]> UnmanagedAsync(ConformanceStore store)
    {
        Assert.Equal("", await store.SaysAsync("storage-layers"));
        var first = await store.SaysAsync("create-storage-layer");
        var child = await store.SaysAsync("create-storage-layer", first);
        var other = await store.SaysAsync("create-storage-layer");
        string[] layers = [first, child, other];
        Assert.All(layers, layer => Assert.Matches("^[0-9a-f]{64}$", layer));
        Assert.Equal(
            layers.Order(StringComparer.Ordinal),
            (await store.LinesAsync("storage-layers")).Order(StringComparer.Ordinal));
        return layers;
    }
}
