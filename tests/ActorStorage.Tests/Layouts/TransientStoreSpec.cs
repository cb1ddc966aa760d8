// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests.Layouts;

/// <summary>Volatile records that go with the run root.</summary>
public sealed class TransientStoreSpec
{
    private const string Document = "volatile-layers.json";

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_keep_volatile_layers_in_the_run_root_in_turns_with_the_go_tool(string driver)
    {
        await using var layout = new LayoutRoot(driver, "--transient-store");
        var client = await layout.StartAsync(layout.Paths with { Transient = true });
        await client.PutLayerAsync(LayoutRoot.Put("base", null, writeable: false, LayoutRoot.Lower));
        await layout.GoAsync("create-image", "-i", "image", "base");

        await layout.GoAsync("create-container", "-i", "theirs", "image");
        await client.CreateContainerAsync(new NewContainer { Id = new ContainerId("ours"), Image = "image" });

        Assert.True(File.Exists($"{layout.Paths.LayersRun}/{Document}"));
        Assert.False(File.Exists($"{layout.Paths.Layers}/{Document}"));
        Assert.Equal(3, (await client.ListLayersAsync()).Count);
        Assert.Equal(3, (await layout.GoAsync("layers", "-q")).Split('\n').Length);
        foreach (var container in new[] { "ours", "theirs" })
        {
            var path = await client.MountAsync(container);
            Assert.Equal(["one", "sub"], LayoutRoot.Names(path));
            Assert.Equal(path, await layout.GoAsync("mount", container));
            await layout.GoAsync("unmount", container);
            Assert.True(await client.UnmountAsync(container));
        }
        await client.DeleteContainerAsync("theirs");
        await layout.GoAsync("delete-container", "ours");
        Assert.Equal("base", (await client.ListLayersAsync()).Single().Id.Value);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_forget_them_when_the_run_root_is_gone(string driver)
    {
        await using var layout = new LayoutRoot(driver, "--transient-store");
        var paths = layout.Paths with { Transient = true };
        var client = await layout.StartAsync(paths);
        await client.PutLayerAsync(LayoutRoot.Put("base", null, writeable: false, LayoutRoot.Lower));
        await client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("volatile"), Parent = "base", Volatile = true }));
        Assert.Equal(2, (await layout.GoAsync("layers", "-q")).Split('\n').Length);
        await layout.StopAsync();

        Directory.Delete(layout.Root.Run, recursive: true);

        client = await layout.StartAsync(paths);
        Assert.Equal("base", (await client.ListLayersAsync()).Single().Id.Value);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_make_the_same_directories_and_locks_as_the_go_tool(string driver)
    {
        await using var theirs = new LayoutRoot(driver, "--transient-store", "--image-store", "OTHER");
        await using var ours = new LayoutRoot(driver);
        await theirs.GoAsync("layers");
        await ours.StartAsync(ours.Paths with { Transient = true, ImageStore = ours.Other });

        Assert.Equal(Entries(theirs), Entries(ours));
    }

    /// <summary>With their modes; but for what the Go tool remembers of the kernel, a directory that it makes and
    /// never uses, one that it makes with the first layer, and files of our own beside the store's.</summary>
    private static string[] Entries(LayoutRoot layout) =>
    [
        .. Directory.EnumerateFileSystemEntries(layout.Root.Directory, "*", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(layout.Root.Directory, path), Mode: File.GetUnixFileMode(path)))
            .Where(each => !each.Path.StartsWith("run/overlay/", StringComparison.Ordinal))
            .Where(each => each.Path is not ("other/l" or "other/vfs/dir" or "files"))
            .Where(each => !Path.GetFileName(each.Path).StartsWith("actor-storage.", StringComparison.Ordinal))
            .Select(each => $"{each.Path} {each.Mode}").Order(StringComparer.Ordinal),
    ];
}
