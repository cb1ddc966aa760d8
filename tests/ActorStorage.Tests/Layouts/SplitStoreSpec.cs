// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Tests.Layouts;

/// <summary>Layers that nobody writes to in an image store of their own, the others in the graph root.</summary>
public sealed class SplitStoreSpec
{
    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_put_each_layer_where_the_go_tool_puts_it(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));

        await client.PutLayerAsync(LayoutRoot.Put("ours", null, writeable: false, LayoutRoot.Lower));
        await client.PutLayerAsync(LayoutRoot.Put("ours-rw", "ours", writeable: true));
        await layout.GoAsync(
            "import-layer", "-r", "-i", "theirs", "-f", layout.ArchiveFile(LayoutRoot.Upper, "upper"), "ours");
        await layout.GoAsync("create-layer", "-i", "theirs-rw", "theirs");

        Assert.Equal(["ours", "theirs"], Recorded(layout.OtherPaths.Layers));
        Assert.Equal(["ours-rw", "theirs-rw"], Recorded(layout.Paths.Layers));
        Assert.Equal(["ours", "theirs"], Directories(layout, layout.OtherPaths));
        Assert.Equal(["ours-rw", "theirs-rw"], Directories(layout, layout.Paths));
        Assert.True(File.Exists(layout.Paths.TarSplit(new LayerId("ours"))));
        Assert.True(File.Exists(layout.Paths.TarSplit(new LayerId("theirs"))));
        Assert.Equal(
            ["ours-rw", "theirs-rw", "ours", "theirs"],
            (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        Assert.Equal(DocumentKind.ImageStore, (await client.GetLayerAsync("theirs")).Document);
        Assert.Empty(Leftovers(layout));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_import_a_layer_to_write_to(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));

        await client.PutLayerAsync(LayoutRoot.Put("layer", null, writeable: true, LayoutRoot.Lower));

        Assert.Equal(["layer"], Recorded(layout.Paths.Layers));
        Assert.Equal(["one", "sub"], LayoutRoot.Names(await layout.GoAsync("mount", "layer")));
        await layout.GoAsync("unmount", "layer");
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_mount_in_turns_with_the_go_tool(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));
        await client.PutLayerAsync(LayoutRoot.Put("lower", null, writeable: false, LayoutRoot.Lower));
        await client.PutLayerAsync(LayoutRoot.Put("upper", "lower", writeable: false, LayoutRoot.Upper));
        await client.PutLayerAsync(LayoutRoot.Put("rw", "upper", writeable: true));

        foreach (var layer in new[] { "upper", "rw" })
        {
            var ours = await client.MountLayerAsync(layer);
            Assert.Equal(["sub", "two"], LayoutRoot.Names(ours));
            Assert.Equal(ours, await layout.GoAsync("mount", layer));
            await layout.GoAsync("unmount", layer);
            Assert.True(await client.UnmountLayerAsync(layer));
            Assert.Equal(ours, await layout.GoAsync("mount", layer));
            Assert.Equal(ours, await client.MountLayerAsync(layer));
            await client.UnmountLayerAsync(layer);
            await layout.GoAsync("unmount", layer);
        }
        Assert.False(Directory.Exists($"{layout.Paths.DriverRun}/upper"));
        Assert.Equal("", await layout.GoAsync("check"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_keep_a_record_in_its_document_when_it_changes(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));
        await layout.GoAsync("create-layer", "-r", "-i", "theirs");
        await client.PutLayerAsync(LayoutRoot.Put("ours", null, writeable: false));

        await client.ChangeNamesAsync("theirs", NamesChange.Set, ["a"]);
        await layout.GoAsync("set-names", "-n", "b", "ours");
        await client.SetBigDataAsync("ours", "key", new byte[] { 1 });

        Assert.Equal(["theirs", "ours"], Recorded(layout.OtherPaths.Layers));
        Assert.Empty(Recorded(layout.Paths.Layers));
        Assert.Equal("b", (await client.GetLayerAsync("ours")).Names.Single());
        Assert.Equal("a", await layout.GoAsync("get-names", "theirs"));
        Assert.True(File.Exists($"{layout.Paths.Layers}/ours/key"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_delete_what_the_go_tool_made_and_the_reverse(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));
        await layout.GoAsync("import-layer", "-r", "-i", "theirs", "-f", layout.ArchiveFile(LayoutRoot.Lower, "l"));
        await client.PutLayerAsync(LayoutRoot.Put("ours", null, writeable: false, LayoutRoot.Lower));
        await client.PutLayerAsync(LayoutRoot.Put("rw", "ours", writeable: true));

        await client.DeleteLayerAsync("theirs");
        await layout.GoAsync("delete-layer", "rw");
        await layout.GoAsync("delete-layer", "ours");

        Assert.Empty(await client.ListLayersAsync());
        Assert.Empty(Directories(layout, layout.OtherPaths));
        Assert.Empty(Directories(layout, layout.Paths));
        await layout.StopAsync();
        Assert.Empty(Leftovers(layout));
        Assert.DoesNotContain(
            LayoutRoot.Names(layout.Paths.Layers), name => name.EndsWith(".tar-split.gz", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_share_the_image_store_with_those_for_whom_it_is_a_root(string driver)
    {
        await using var layout = Split(driver);
        await layout.FillOtherAsync();
        var client = await layout.StartAsync(Paths(layout));
        Assert.Equal(2, (await client.ListLayersAsync()).Count);

        // Their lock is the second of ours: it alone tells that something was written.
        await layout.GoOnOtherAsync("create-layer", "-i", "later", "upper");
        Assert.NotNull(await client.FindLayerAsync("later"));
        await client.PutLayerAsync(LayoutRoot.Put("ours", "later", writeable: false, LayoutRoot.Lower));
        Assert.Equal(["one", "sub", "two"], LayoutRoot.Names(await layout.GoOnOtherAsync("mount", "ours")));
        await layout.GoOnOtherAsync("unmount", "ours");
        await layout.GoOnOtherAsync("delete-layer", "ours");
        Assert.Null(await client.FindLayerAsync("ours"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_lose_nothing_when_both_write_at_once(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));
        var archive = layout.ArchiveFile(LayoutRoot.Upper, "upper.tar");
        await client.PutLayerAsync(LayoutRoot.Put("base", null, writeable: false, LayoutRoot.Lower));

        var ours = Enumerable.Range(0, 16).Select(number => client.PutLayerAsync(
            LayoutRoot.Put($"ours-{number}", "base", writeable: number % 2 == 0, LayoutRoot.Upper)));
        var theirs = Enumerable.Range(0, 6).Select(number => number % 2 == 0
            ? layout.GoAsync("create-layer", "-i", $"theirs-{number}", "base")
            : layout.GoAsync("import-layer", "-r", "-i", $"theirs-{number}", "-f", archive, "base"));
        await Task.WhenAll([.. ours, .. theirs]);

        Assert.Equal(23, (await client.ListLayersAsync()).Count);
        Assert.Equal(11, Recorded(layout.Paths.Layers).Length);
        Assert.Equal(12, Recorded(layout.OtherPaths.Layers).Length);
        Assert.Equal("", await layout.GoAsync("check"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_wait_for_the_lock_of_the_image_store(string driver)
    {
        await using var layout = Split(driver);
        var client = await layout.StartAsync(Paths(layout));
        await client.ListLayersAsync();
        Task<ActorStorage.Staging.StagingProtocol.PutLayerOk> put;
        await using (await Cli.Tests.Tools.LockHolder.TakeAsync(layout.Root, Paths(layout).ImageStoreLayersLock!))
        {
            put = client.PutLayerAsync(LayoutRoot.Put("layer", null, writeable: false));
            await Cli.Tests.Tools.LockHolder.SomebodyWaitsAsync(Paths(layout).ImageStoreLayersLock!);
            Assert.False(put.IsCompleted);
        }

        await put;

        Assert.Equal(["layer"], Recorded(layout.OtherPaths.Layers));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_clear_what_killed_engines_left_in_the_image_store(string driver)
    {
        await using var layout = Split(driver);
        var temp = $"{layout.OtherPaths.DriverTemp}/temp-dir-7/0-addition";
        Directory.CreateDirectory(temp);
        File.WriteAllText($"{layout.OtherPaths.DriverTemp}/lock-7", "");
        Directory.CreateDirectory($"{layout.OtherPaths.DriverHome}/marked");
        if (driver == "overlay") File.WriteAllText($"{layout.OtherPaths.DriverHome}/marked/uncommitted", "");

        var client = await layout.StartAsync(Paths(layout));
        await client.ListLayersAsync();
        await layout.StopAsync();

        Assert.Empty(LayoutRoot.Names(layout.OtherPaths.DriverTemp));
        if (driver == "overlay") Assert.False(Directory.Exists($"{layout.OtherPaths.DriverHome}/marked"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_copy_for_other_owners_only_what_images_of_the_image_store_are_made_of(string driver)
    {
        await using var layout = Split(driver);
        await layout.GoAloneAsync("create-layer", "-i", "base");
        await layout.GoAloneAsync("create-image", "-i", "old", "base");
        await layout.GoAsync("create-layer", "-r", "-i", "new-base");
        await layout.GoAsync("create-image", "-i", "new", "new-base");
        await layout.GoAsync(
            "create-container", "-i", "theirs", "--uidmap", "0:1000:10", "--gidmap", "0:1000:10", "old");
        var client = await layout.StartAsync(Paths(layout));

        await client.CreateContainerAsync(Mapped("of-old", "old"));
        await client.CreateContainerAsync(Mapped("of-new", "new"));

        Assert.Empty((await client.GetImageAsync("old")).MappedLayers);
        Assert.Equal("base", await ParentAsync(client, "theirs"));
        Assert.Equal("base", await ParentAsync(client, "of-old"));
        var copy = Assert.Single((await client.GetImageAsync("new")).MappedLayers);
        Assert.Equal(copy.Value, await ParentAsync(client, "of-new"));
        Assert.Equal(6, (await client.ListLayersAsync()).Count);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_take_a_mapped_copy_out_of_the_record_in_the_graph_root(string driver)
    {
        await using var layout = Split(driver);
        await layout.GoAloneAsync("create-layer", "-i", "base");
        await layout.GoAloneAsync("create-image", "-i", "image", "base");
        await layout.GoAloneAsync(
            "create-container", "-i", "container", "--uidmap", "0:1000:10", "--gidmap", "0:1000:10", "image");
        await layout.GoAloneAsync("delete-container", "container");
        var client = await layout.StartAsync(Paths(layout));
        var copy = Assert.Single((await client.GetImageAsync("image")).MappedLayers);

        await client.DeleteLayerAsync(copy.Value);

        Assert.Empty((await client.GetImageAsync("image")).MappedLayers);
        Assert.Equal(["base"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
    }

    private static NewContainer Mapped(string id, string image) => new()
    {
        Id = new ContainerId(id),
        Image = image,
        Maps = WantedMaps.Of(new IdMaps([new IdMap(0, 1000, 10)], [new IdMap(0, 1000, 10)])),
    };

    private static async Task<string?> ParentAsync(StorageClient client, string container)
    {
        var layer = (await client.GetContainerAsync(container)).Layer!.Value;
        return (await client.GetLayerAsync(layer.Value)).Parent?.Value;
    }

    private static LayoutRoot Split(string driver) => new(driver, "--image-store", "OTHER");

    private static StoragePaths Paths(LayoutRoot layout) => layout.Paths with { ImageStore = layout.Other };

    private static string[] Recorded(string layers)
    {
        if (!File.Exists($"{layers}/layers.json")) return [];
        var records = JsonNode.Parse(File.ReadAllText($"{layers}/layers.json"))!.AsArray();
        return [.. records.Select(layer => (string)layer!["id"]!)];
    }

    private static string[] Directories(LayoutRoot layout, StoragePaths paths) =>
    [
        .. LayoutRoot.Names(layout.Root.Driver == "vfs" ? $"{paths.DriverHome}/dir" : paths.DriverHome)
            .Where(name => name is not ("l" or "tempdirs" or "staging") && !name.StartsWith('.')),
    ];

    /// <summary>What lies in temp directories; a running engine keeps its own, empty.</summary>
    private static string[] Leftovers(LayoutRoot layout) =>
    [
        .. new[] { layout.Paths.DriverTemp, layout.Paths.LayersTemp, layout.OtherPaths.DriverTemp }
            .SelectMany(directory => LayoutRoot.Names(directory).Select(name => $"{directory}/{name}"))
            .Where(path => Directory.Exists(path) && LayoutRoot.Names(path).Length > 0),
    ];
}
