// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Data items of images, containers and layers: what was put in comes out, in the order of putting.</summary>
public sealed class DataItemsSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_keep_what_was_put_when_items_belong_to_an_image(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var store = root.Main;
            var layer = await store.LayerAsync();
            var image = await store.IdAsync("create-image", layer);
            var (first, second) = await PutTwoAsync(root, "image", image);
            await SizesAndDigestsAreThoseOfAsync(store, "image", image, first, second);

            (await store.QuietAsync("get-image-data", "nosuchimage", "big-item-1")).Failed().Says("image not known");
            (await store.QuietAsync("get-image-data", image, "nosuchitem")).Failed().Says("does not exist");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_keep_what_was_put_when_items_belong_to_a_container(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var store = root.Main;
            var layer = await store.LayerAsync();
            var image = await store.IdAsync("create-image", layer);
            var container = await store.IdAsync("create-container", image);
            var (first, second) = await PutTwoAsync(root, "container", container);
            await SizesAndDigestsAreThoseOfAsync(store, "container", container, first, second);

            (await store.QuietAsync("get-container-data", container, "nosuchitem")).Failed();
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_keep_what_was_put_when_items_belong_to_a_layer(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = await root.Main.LayerAsync();
            await PutTwoAsync(root, "layer", layer);
            (await root.Main.QuietAsync("get-layer-data", layer, "nosuchitem")).Failed();
        });

    private static async Task<(string First, string Second)> PutTwoAsync(
        ConformanceRoot root, string kind, string owner)
    {
        var store = root.Main;
        var (first, second) = (root.RandomFile("first", 1234), root.RandomFile("second", 5678));
        Assert.Equal("", await store.SaysAsync($"list-{kind}-data", owner));
        (await store.QuietAsync($"set-{kind}-data", "-f", first, owner, "big-item-1")).Succeeded().SaysNothing();
        (await store.QuietAsync($"set-{kind}-data", "-f", second, owner, "big-item-2")).Succeeded().SaysNothing();
        Assert.Equal("big-item-1\nbig-item-2", await store.SaysAsync($"list-{kind}-data", owner));

        foreach (var (item, put) in new[] { ("big-item-1", first), ("big-item-2", second) })
        {
            var taken = root.File("taken");
            (await store.QuietAsync($"get-{kind}-data", "-f", taken, owner, item)).Succeeded().SaysNothing();
            Assert.Equal(File.ReadAllBytes(put), File.ReadAllBytes(taken));
        }
        return (first, second);
    }

    private static async Task SizesAndDigestsAreThoseOfAsync(
        ConformanceStore store, string kind, string owner, string first, string second)
    {
        Assert.Equal("1234", await store.SaysAsync($"get-{kind}-data-size", owner, "big-item-1"));
        Assert.Equal("5678", await store.SaysAsync($"get-{kind}-data-size", owner, "big-item-2"));
        (await store.QuietAsync($"get-{kind}-data-size", owner, "nosuchitem")).Failed();
        Assert.Equal(DigestOf(first), await store.SaysAsync($"get-{kind}-data-digest", owner, "big-item-1"));
        Assert.Equal(DigestOf(second), await store.SaysAsync($"get-{kind}-data-digest", owner, "big-item-2"));
        (await store.QuietAsync($"get-{kind}-data-digest", owner, "nosuchitem")).Failed();
    }

    private static string DigestOf(string file) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
