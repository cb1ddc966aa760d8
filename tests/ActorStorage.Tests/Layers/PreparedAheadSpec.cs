// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Tests.Faults;
using LockHolder = ActorStorage.Cli.Tests.Tools.LockHolder;

namespace ActorStorage.Tests.Layers;

/// <summary>A batch is prepared before layers.lock is taken, and is worth nothing when somebody has written since.
/// </summary>
public sealed class PreparedAheadSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();
    private readonly ConcurrentQueue<bool> _wasLockFree = [];
    private StorageClient _client = null!;
    private Action? _inBetween;

    public async Task InitializeAsync()
    {
        _client = await _engine.StartAsync(disk: _disk);
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        _disk.BeforeSyncData = path =>
        {
            if (!path.Contains("/.tmp-layers.json", StringComparison.Ordinal)) return;
            _wasLockFree.Enqueue(IsLockFree());
            Interlocked.Exchange(ref _inBetween, null)?.Invoke();
        };
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_hold_no_lock_while_the_index_is_written()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one", "base"));
        await _client.ChangeNamesAsync("one", NamesChange.Add, ["name"]);
        await _client.SetMetadataAsync("one", "text");

        Assert.Equal([true, true, true], _wasLockFree);
    }

    [Fact]
    public async Task Should_put_data_where_a_collector_may_look_under_the_lock_only()
    {
        await _client.SetBigDataAsync("base", "key", new byte[] { 1 });

        Assert.Equal([false], _wasLockFree);
    }

    [SkippableFact]
    public async Task Should_decide_again_when_another_layer_was_put_in_between()
    {
        Tool.Require(Tool.GoNewest);
        _inBetween = () => Go("create-layer", "-i", "theirs", "base");

        await _client.PutLayerAsync(EngineRoot.Empty("ours", "base"));

        Assert.Equal([true, false], _wasLockFree);
        Assert.Equal(
            ["base", "ours", "theirs"], (await LayerList.IdsAsync(Tool.GoNewest, _engine.Root)).Order());
        await EndsCleanAsync("base", "ours", "theirs");
    }

    [SkippableTheory]
    [InlineData(StorageErrorKind.AlreadyExists, "create-layer -i ours base", "base,ours")]
    [InlineData(StorageErrorKind.NameTaken, "create-layer -i theirs -n name base", "base,theirs")]
    [InlineData(StorageErrorKind.ParentUnknown, "delete-layer base", "")]
    public async Task Should_refuse_what_became_impossible_in_between(
        StorageErrorKind kind, string command, string left)
    {
        Tool.Require(Tool.GoNewest);
        _inBetween = () => Go(command.Split(' '));

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("ours", "base", "name")));

        Assert.Equal(kind, refused.Kind);
        Assert.Equal([true], _wasLockFree);
        await EndsCleanAsync(left.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableFact]
    public async Task Should_prepare_under_the_lock_when_others_write_too()
    {
        Tool.Require(Tool.GoNewest);
        Go("create-layer", "-i", "theirs", "base");

        await _client.ChangeNamesAsync("base", NamesChange.Add, ["first"]);
        await _client.ChangeNamesAsync("base", NamesChange.Add, ["second"]);
        await _client.ChangeNamesAsync("base", NamesChange.Add, ["third"]);

        // The second is when it is seen that they do not any more.
        Assert.Equal([false, false, true], _wasLockFree);
    }

    [SkippableFact]
    public async Task Should_publish_what_was_prepared_when_a_lock_becomes_free_that_nobody_wrote_under()
    {
        Task put;
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            put = _client.PutLayerAsync(EngineRoot.Empty("one", "base"));
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
            Assert.False(put.IsCompleted);
        }
        await put;

        // One index was written, while somebody else had the lock.
        Assert.Equal([false], _wasLockFree);
        await EndsCleanAsync("base", "one");
    }

    [SkippableFact]
    public async Task Should_take_back_what_was_prepared_for_requests_that_expire()
    {
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            var hasty = _engine.Hasty(TimeSpan.FromMilliseconds(500));
            var refused = await Assert.ThrowsAsync<StorageException>(
                () => hasty.PutLayerAsync(EngineRoot.Empty("one", "base")));
            Assert.Equal(StorageErrorKind.Locked, refused.Kind);
        }
        await _client.PutLayerAsync(EngineRoot.Empty("one", "base"));

        await EndsCleanAsync("base", "one");
    }

    [Fact]
    public async Task Should_say_why_when_nothing_can_be_prepared()
    {
        _disk.BeforeSyncData = _ => throw new StorageException(StorageErrorKind.NoSpace, "the disk is full");
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("one", "base")));
        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        _disk.BeforeSyncData = null;

        await _client.PutLayerAsync(EngineRoot.Empty("two", "base"));

        await EndsCleanAsync("base", "two");
    }

    private async Task EndsCleanAsync(params string[] layers)
    {
        Assert.Equal(layers, (await _client.ListLayersAsync()).Select(layer => layer.Id.Value).Order());
        await _engine.StopAsync();
        Assert.Equal(layers, _engine.Root.LayerDirectories().Order());
        Assert.Empty(_engine.Root.Leftovers());
        Assert.DoesNotContain(_engine.Root.LayerFiles(), name => name.StartsWith(".tmp-", StringComparison.Ordinal));
    }

    private bool IsLockFree()
    {
        using var other = FileLock.Open(_engine.Root.LayersLock);
        return other.TryAcquire(LockMode.Exclusive);
    }

    private void Go(params string[] command) =>
        Tool.GoNewest.MustAsync(_engine.Root, command).GetAwaiter().GetResult();
}
