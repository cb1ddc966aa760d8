// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Layouts;

/// <summary>Layers of another root, made by the Go tool, as the lower layers of ours.</summary>
public sealed class AdditionalStoreSpec
{
    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_build_on_layers_of_others_in_turns_with_the_go_tool(string driver)
    {
        await using var layout = new LayoutRoot(driver, "--storage-opt", $"{driver}.imagestore=OTHER");
        await layout.FillOtherAsync();
        var client = await layout.StartAsync(layout.Paths, $"{driver}.imagestore={layout.Other}");
        var before = await TreeListing.OfAsync(layout.Other);

        await client.PutLayerAsync(LayoutRoot.Put("ours", "upper", writeable: true));
        await layout.GoAsync("create-layer", "-i", "theirs", "upper");

        foreach (var layer in new[] { "ours", "theirs" })
        {
            Assert.Equal(["sub", "two"], LayoutRoot.Names(await client.MountLayerAsync(layer)));
            await client.UnmountLayerAsync(layer);
            Assert.Equal(["sub", "two"], LayoutRoot.Names(await layout.GoAsync("mount", layer)));
            await layout.GoAsync("unmount", layer);
        }
        Assert.Equal(
            ["ours", "theirs", "lower", "upper"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await layout.GoAsync("delete-layer", "ours");
        await client.DeleteLayerAsync("theirs");
        Assert.Equal(before, await TreeListing.OfAsync(layout.Other));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_only_read_what_others_have(string driver)
    {
        await using var layout = new LayoutRoot(driver);
        await layout.FillOtherAsync();
        var client = await layout.StartAsync(layout.Paths with { AdditionalImageStores = [layout.Other] });

        var layer = await client.GetLayerAsync("named");
        Assert.Equal(layout.Other, layer.ReadOnlyStore);
        var diff = new MemoryStream();
        await client.DiffAsync("lower", diff);
        Assert.Equal(LayoutRoot.Lower.Bytes, diff.ToArray());

        await RefusedAsync(StorageErrorKind.ReadOnly, () => client.MountLayerAsync("upper"));
        await RefusedAsync(StorageErrorKind.NotFound, () => client.DeleteLayerAsync("upper"));
        await RefusedAsync(StorageErrorKind.NotFound, () => client.DeleteLayerAsync("upper", force: true));
        await RefusedAsync(StorageErrorKind.NotFound, () => client.ChangeNamesAsync("upper", NamesChange.Set, ["x"]));
        await RefusedAsync(StorageErrorKind.NotFound, () => client.SetMetadataAsync("upper", "x"));
        await RefusedAsync(StorageErrorKind.NotFound, () => client.SetBigDataAsync("upper", "key", new byte[1]));
        await RefusedAsync(StorageErrorKind.ParentUnknown, () =>
            client.PutLayerAsync(LayoutRoot.Put("child", "unknown", writeable: true)));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_put_its_own_layers_first_when_others_have_the_same_ids_and_names(string driver)
    {
        await using var layout = new LayoutRoot(driver);
        await layout.FillOtherAsync();
        var client = await layout.StartAsync(layout.Paths with { AdditionalImageStores = [layout.Other] });

        await client.PutLayerAsync(LayoutRoot.Put("lower", null, writeable: true, LayoutRoot.Upper));
        await client.ChangeNamesAsync("lower", NamesChange.Set, ["named"]);

        Assert.False((await client.GetLayerAsync("named")).IsReadOnly);
        Assert.Equal(["two"], LayoutRoot.Names(await client.MountLayerAsync("lower")));
        await client.DeleteLayerAsync("lower");
        Assert.True((await client.GetLayerAsync("named")).IsReadOnly);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_see_at_once_what_others_write(string driver)
    {
        await using var layout = new LayoutRoot(driver);
        await layout.FillOtherAsync();
        var client = await layout.StartAsync(layout.Paths with { AdditionalImageStores = [layout.Other] });
        Assert.Equal(2, (await client.ListLayersAsync()).Count);

        await layout.GoOnOtherAsync("create-layer", "-i", "later", "upper");
        Assert.NotNull(await client.FindLayerAsync("later"));
        await layout.GoOnOtherAsync("delete-layer", "later");
        Assert.Null(await client.FindLayerAsync("later"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_need_no_rights_to_write_in_the_store_of_others(string driver)
    {
        await using var layout = new LayoutRoot(driver);
        await layout.FillOtherAsync();
        (await Command.RunAsync("mount", "--bind", layout.Other, layout.Other)).Succeeded();
        (await Command.RunAsync("mount", "-o", "remount,bind,ro", layout.Other)).Succeeded();
        var client = await layout.StartAsync(layout.Paths with { AdditionalImageStores = [layout.Other] });

        await client.PutLayerAsync(LayoutRoot.Put("child", "upper", writeable: true));

        Assert.Equal(["sub", "two"], LayoutRoot.Names(await client.MountLayerAsync("child")));
        await client.UnmountLayerAsync("child");
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_refuse_to_read_its_own_layers_as_those_of_others(string driver)
    {
        await using var layout = new LayoutRoot(driver);
        await layout.FillOtherAsync();
        var link = layout.Root.File("link");
        File.CreateSymbolicLink(link, layout.Other);

        foreach (var paths in new[] { layout.OtherPaths, layout.Paths with { ImageStore = layout.Other } })
        {
            await RefusedAsync(
                StorageErrorKind.Invalid, () => layout.StartAsync(paths with { AdditionalImageStores = [link] }));
        }
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_say_whose_layers_cannot_be_loaded(string driver)
    {
        await using var layout = new LayoutRoot(driver, "--storage-opt", $"{driver}.imagestore=OTHER");
        Directory.CreateDirectory(layout.OtherPaths.Layers);
        File.WriteAllText(
            $"{layout.OtherPaths.Layers}/layers.json", """[{"id":"x","names":["a"]},{"id":"y","names":["a"]}]""");
        var client = await layout.StartAsync(layout.Paths with { AdditionalImageStores = [layout.Other] });

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.ListLayersAsync());

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
        Assert.Equal(refused.Message, (await layout.TryGoAsync("layers")).Failed().Error.Trim());
    }

    private static async Task RefusedAsync(StorageErrorKind kind, Func<Task> action) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<StorageException>(action)).Kind);
}
