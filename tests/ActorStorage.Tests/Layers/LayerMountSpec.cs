// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Layers;

public sealed class LayerMountSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_share_the_count_of_mounts_with_the_go_tool()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        await _client.PutLayerAsync(EngineRoot.Empty("top", "base"));

        var path = await _client.MountLayerAsync("top");
        File.WriteAllText(Path.Combine(path, "file"), "text");
        Assert.Equal(path, (await Tool.GoNewest.MustAsync(_engine.Root, "mount", "top")).Output.Trim());
        Assert.Equal(2, await _client.MountCountAsync("top"));

        Assert.False(await _client.UnmountLayerAsync("top"));
        Assert.Equal("text", File.ReadAllText(Path.Combine(path, "file")));
        await Tool.GoNewest.MustAsync(_engine.Root, "unmount", "top");
        Assert.Equal(0, await _client.MountCountAsync("top"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
        Assert.Equal("text", File.ReadAllText(Path.Combine(_engine.Root.DiffOf("top"), "file")));
    }

    [SkippableFact]
    public async Task Should_refuse_to_shut_down_while_something_is_mounted()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        await _client.MountLayerAsync("base");

        var refused = await Assert.ThrowsAsync<StorageException>(() => _client.ShutdownAsync());
        Assert.Equal(StorageErrorKind.InUse, refused.Kind);
        Assert.True(await _client.UnmountLayerAsync("base"));
        await _client.ShutdownAsync();
        Assert.DoesNotContain(_engine.Root.Overlay, await File.ReadAllTextAsync("/proc/self/mountinfo"));

        // The next mount brings the home's own mount back.
        await _client.MountLayerAsync("base");
        Assert.Contains(_engine.Root.Overlay + " ", await File.ReadAllTextAsync("/proc/self/mountinfo"));
        await _client.PutLayerAsync(EngineRoot.Empty("after"));
    }

    [SkippableFact]
    public async Task Should_unmount_and_delete_everything_when_wiped()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        await _client.PutLayerAsync(EngineRoot.Empty("top", "base"));
        await _client.MountLayerAsync("top");
        await _client.MountLayerAsync("top");

        Assert.Equal(2, await _client.WipeAsync());

        Assert.Empty(await _client.ListLayersAsync());
        Assert.Empty(await _client.ListMountsAsync());
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }
}
