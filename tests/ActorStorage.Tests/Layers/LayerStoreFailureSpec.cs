// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Layers;

/// <summary>What the layer store does when the disk fails it, in ways that are foreseen and in others.</summary>
public sealed class LayerStoreFailureSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync(disk: _disk);

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_answer_and_go_on_when_a_commit_fails(bool isForeseen)
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        var failure = FailOnce((_, to) => to == "layers.json", isForeseen);

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("one", "base")).WaitAsync(Patience));

        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.Contains(failure, refused.Message, StringComparison.Ordinal);
        Assert.Equal("base", Assert.Single(await _client.ListLayersAsync().WaitAsync(Patience)).Id.Value);
        await _client.PutLayerAsync(EngineRoot.Empty("one", "base")).WaitAsync(Patience);
        await _client.MountLayerAsync("one").WaitAsync(Patience);
        await _client.UnmountLayerAsync("one").WaitAsync(Patience);
        await _engine.StopAsync();
        Assert.Equal(["base", "one"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Fact]
    public async Task Should_answer_every_write_of_a_batch_that_cannot_be_taken_back()
    {
        // The index cannot be renamed, and then neither can the tree be renamed back.
        var isIndexRefused = false;
        _disk.BeforeRename = (from, to) =>
        {
            isIndexRefused |= to == "layers.json";
            if (isIndexRefused && (to == "layers.json" || from == "one")) throw Failure("no rename at all");
        };

        await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("one")).WaitAsync(Patience));

        _disk.BeforeRename = null;
        Assert.Empty(await _client.ListLayersAsync().WaitAsync(Patience));
        await _client.PutLayerAsync(EngineRoot.Empty("one")).WaitAsync(Patience);
        await _engine.StopAsync();
        Assert.Equal(["one"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Fact]
    public async Task Should_not_acknowledge_layers_that_a_crash_could_undo_whatever_was_made_with_them()
    {
        await _engine.StopAsync();
        var client = await _engine.StartAsync(_engine.Settings with { Flush = FlushMode.FileSystem }, _disk);
        await client.PutLayerAsync(EngineRoot.Empty("base"));
        await client.CreateImageAsync(
            new NewImage { Id = new ImageId("image"), TopLayer = "base" });
        var maps = WantedMaps.Of(new IdMaps([new IdMap(0, 1000, 10)], [new IdMap(0, 1000, 10)]));
        _disk.BeforeSync = path => throw Failure($"{path} cannot be synced");

        var layer = await Assert.ThrowsAsync<StorageException>(() => client.PutLayerAsync(EngineRoot.Empty("one")));
        var container = await Assert.ThrowsAsync<StorageException>(() => client.CreateContainerAsync(
            new NewContainer { Id = new ContainerId("container"), Image = "image", Maps = maps }));
        _disk.BeforeSync = null;

        Assert.All([layer, container], refused =>
            Assert.Contains("may not outlive a crash", refused.Message, StringComparison.Ordinal));
        Assert.NotNull(await client.FindLayerAsync("one"));
        Assert.NotNull(await client.GetContainerAsync("container"));
        await client.DeleteContainerAsync("container");
    }

    [Fact]
    public async Task Should_finish_a_deletion_that_failed_in_the_middle_before_anything_else()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
        FailOnce((from, _) => from == "one", isForeseen: true);

        await Assert.ThrowsAsync<StorageException>(() => _client.DeleteLayerAsync("one").WaitAsync(Patience));

        // It was marked as incomplete on disk: nobody may find it or build on it.
        Assert.Empty(await _client.ListLayersAsync().WaitAsync(Patience));
        var orphan = await Assert.ThrowsAsync<StorageException>(
            () => _client.PutLayerAsync(EngineRoot.Empty("child", "one")).WaitAsync(Patience));
        Assert.Equal(StorageErrorKind.ParentUnknown, orphan.Kind);
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Fact]
    public async Task Should_serve_the_other_layers_when_one_cannot_be_deleted()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
        await _client.PutLayerAsync(EngineRoot.Empty("two"));
        _disk.BeforeRename = (from, _) =>
        {
            if (from == "one") throw Failure("it cannot be moved");
        };
        await Assert.ThrowsAsync<StorageException>(() => _client.DeleteLayerAsync("one").WaitAsync(Patience));

        // Whoever loads the index finishes the deletion, as far as it can be.
        Assert.Equal("two", Assert.Single(await _client.ListLayersAsync().WaitAsync(Patience)).Id.Value);
        await _client.PutLayerAsync(EngineRoot.Empty("three", "two")).WaitAsync(Patience);
        Assert.Contains("one", _engine.Root.LayerDirectories());

        _disk.BeforeRename = null;
        await _client.CollectGarbageAsync().WaitAsync(Patience);
        await _engine.StopAsync();
        Assert.Equal(["three", "two"], _engine.Root.LayerDirectories());
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Theory]
    [InlineData("l")]
    [InlineData("tempdirs")]
    [InlineData("layers.lock")]
    public async Task Should_refuse_an_id_that_is_a_name_of_the_store(string id)
    {
        await _client.PutLayerAsync(EngineRoot.Empty("base"));
        var refused = await Assert.ThrowsAsync<StorageException>(() => _client.PutLayerAsync(EngineRoot.Empty(id)));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(_engine.Root.Overlay, "l")));
    }

    [Fact]
    public async Task Should_not_take_an_orphaned_archive_for_that_of_a_layer_without_one()
    {
        var orphan = Path.Combine(_engine.Root.Graph, "overlay-layers", "one.tar-split.gz");
        await File.WriteAllTextAsync(orphan, "left by a crash");
        await _client.PutLayerAsync(EngineRoot.Empty("one"));
        Assert.False(File.Exists(orphan));
    }

    /// <returns>What the failure says.</returns>
    private string FailOnce(Func<string, string, bool> when, bool isForeseen)
    {
        const string Text = "the test's own failure";
        var isDone = false;
        _disk.BeforeRename = (from, to) =>
        {
            if (isDone || !when(from, to)) return;
            isDone = true;
            throw isForeseen ? Failure(Text) : new InvalidOperationException(Text);
        };
        return Text;
    }

    private static StorageException Failure(string text) => new(StorageErrorKind.Io, text);
}
