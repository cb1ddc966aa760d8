// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using LockHolder = ActorStorage.Cli.Tests.Tools.LockHolder;

namespace ActorStorage.Tests.Layers;

public sealed class LayerMountSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
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

    [Fact]
    public async Task Should_keep_the_count_of_a_writer_that_had_only_begun_when_it_was_looked_at()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        await _client.MountLayerAsync("base");
        var document = Path.Combine(_engine.Root.Run, "overlay-layers", "mountpoints.json");
        using (var theirs = FileLock.Open(Path.ChangeExtension(document, ".lock")))
        {
            theirs.Acquire(LockMode.Exclusive);
            theirs.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System));
            Assert.Equal(1, await _client.MountCountAsync("base"));
            var text = await File.ReadAllTextAsync(document);
            text = text.Replace("\"count\":1", "\"count\":2", StringComparison.Ordinal);
            await File.WriteAllTextAsync(document, text);
        }

        Assert.Equal(2, await _client.MountCountAsync("base"));
        Assert.False(await _client.UnmountLayerAsync("base"));
        Assert.True(await _client.UnmountLayerAsync("base"));
    }

    [SkippableFact]
    public async Task Should_answer_a_status_and_the_hasty_while_storage_lock_is_waited_for()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        var storageLock = Path.Combine(_engine.Root.Graph, "storage.lock");
        Task mount;
        await using (await LockHolder.TakeAsync(_engine.Root, storageLock))
        {
            mount = _client.MountLayerAsync("base");
            await LockHolder.SomebodyWaitsAsync(storageLock);

            Assert.Equal("overlay", (await _client.StatusAsync().WaitAsync(Patience)).Driver);
            var hasty = _engine.Hasty(TimeSpan.FromMilliseconds(200)).MountLayerAsync("base");
            var refused = await Assert.ThrowsAsync<StorageException>(() => hasty.WaitAsync(Patience));
            Assert.Equal(StorageErrorKind.Locked, refused.Kind);
            Assert.False(mount.IsCompleted);
        }
        await mount.WaitAsync(Patience);
        Assert.Equal(1, await _client.MountCountAsync("base"));
        Assert.True(await _client.UnmountLayerAsync("base"));
    }
}
