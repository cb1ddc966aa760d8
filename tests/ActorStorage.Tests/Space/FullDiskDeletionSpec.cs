// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Space;

/// <summary>Deleting, which needs room for a new index, on a file system that has not one block left.</summary>
public sealed class FullDiskDeletionSpec : IAsyncLifetime
{
    private const long FileSystemBytes = 32 << 20;
    private readonly EngineRoot _engine = new();

    private string RoomFile => Path.Combine(_engine.Root.Graph, SpareRoom.Name);

    public Task InitializeAsync() => FullFileSystem.MountAsync(_engine.Root, _engine.Root.Graph, FileSystemBytes);

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_delete_layers_while_others_are_refused_and_keep_room_again_afterwards()
    {
        var client = await _engine.StartAsync();
        foreach (var layer in (string[])["one", "two"])
            await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Large(1, megabytes: 4), layer));
        var fillers = await FullFileSystem.FillAsync(_engine.Root.Graph);
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "three")));
        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.True(File.Exists(RoomFile), "only deleting may use it");

        await client.DeleteLayerAsync("one");

        Assert.False(File.Exists(RoomFile));
        Assert.Equal(["two"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
        foreach (var filler in fillers) File.Delete(filler);
        client = await _engine.StartAsync();
        Assert.True(File.Exists(RoomFile));
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "three", "two"));
    }

    [Fact]
    public async Task Should_keep_room_again_without_another_start()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Large(1, megabytes: 4), "one"));
        var fillers = await FullFileSystem.FillAsync(_engine.Root.Graph);
        await client.DeleteLayerAsync("one");
        foreach (var filler in fillers) File.Delete(filler);

        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "two"));

        Assert.True(File.Exists(RoomFile));
    }

    [SkippableFact]
    public async Task Should_delete_with_every_command_where_the_go_tool_cannot()
    {
        Tool.Require(Tool.GoNewest);
        var root = _engine.Root;
        foreach (var layer in (string[])["one", "two", "three"])
        {
            var archive = LayerArchive.Large(layer.Length, megabytes: 4).SaveAs(root.File(layer));
            await Tool.Ours.MustAsync(root, "import-layer", "-i", layer, "-f", archive);
        }
        await Tool.Ours.MustAsync(root, "create-image", "-i", "image", "two");
        await Tool.Ours.MustAsync(root, "create-container", "-i", "container", "image");
        // It tries the kernel once, which needs room, and remembers it.
        await Tool.GoNewest.MustAsync(root, "layers", "-q");
        foreach (var command in (string[][])[
            ["delete-container", "container"], ["delete-image", "image"], ["collect", "--unused-for", "0s"]])
        {
            var fillers = await FullFileSystem.FillAsync(root.Graph);
            (await Tool.GoNewest.RunAsync(root, "delete-layer", "one")).Failed().Says("no space left on device");
            await Tool.Ours.MustAsync(root, command);
            Assert.False(File.Exists(RoomFile));
            // The next command keeps room again, if there is some: an empty container leaves hardly any.
            foreach (var filler in fillers) File.Delete(filler);
            await Tool.Ours.MustAsync(root, "layers");
            Assert.True(File.Exists(RoomFile), $"{command[0]} leaves room behind");
        }
        Assert.Empty((await Tool.GoNewest.MustAsync(root, "layers", "-q")).Lines);
        await Tool.GoNewest.MustAsync(root, "check");
        Assert.Empty(root.Leftovers());
    }
}
