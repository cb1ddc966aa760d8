// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Stores;

public sealed class ReadOnlyLayerStoreSpec : IDisposable
{
    private const string Layer = """{"id":"a","names":["one"],"created":"0001-01-01T00:00:00Z"}""";
    private const string Other = """{"id":"b","created":"0001-01-01T00:00:00Z"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();
    private readonly ReadOnlyStorePaths _paths;
    private readonly ReadOnlyLayerStore _store;

    public ReadOnlyLayerStoreSpec()
    {
        _paths = new ReadOnlyStorePaths(_directory["other"], "overlay");
        _store = new ReadOnlyLayerStore(new LinuxDisk(), _paths);
        Directory.CreateDirectory(_paths.Layers);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_say_of_each_layer_where_it_comes_from()
    {
        Write("layers.json", Layer);
        Write("volatile-layers.json", Other);

        _store.Refresh(Patience);

        Assert.Equal(["a", "b"], _store.Index.Layers.Select(layer => layer.Id.Value));
        Assert.All(_store.Index.Layers, layer => Assert.Equal(_paths.GraphRoot, layer.ReadOnlyStore));
        Assert.True(_store.IsCurrent);
    }

    [Fact]
    public void Should_notice_a_write_by_the_token_alone()
    {
        Write("layers.json", Layer);
        _store.Refresh(Patience);
        using var writer = FileLock.Open(_paths.LayersLock);

        writer.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System));

        Assert.False(_store.IsCurrent);
        _store.Refresh(Patience);
        Assert.True(_store.IsCurrent);
    }

    [Fact]
    public void Should_notice_a_write_that_renewed_no_token()
    {
        Write("layers.json", Layer);
        _store.Refresh(Patience);

        Write("volatile-layers.json", Other);

        Assert.False(_store.IsCurrent);
        _store.Refresh(Patience);
        Assert.Equal(2, _store.Index.Count);
    }

    [Fact]
    public void Should_keep_what_is_incomplete_and_change_nothing()
    {
        const string Text = """{"id":"a","created":"0001-01-01T00:00:00Z","flags":{"incomplete":true}}""";
        Write("layers.json", Text);

        _store.Refresh(Patience);

        Assert.True(Assert.Single(_store.Index.Layers).Incomplete);
        Assert.Equal($"[{Text}]", File.ReadAllText($"{_paths.Layers}/layers.json"));
        Assert.Equal(0, new FileInfo(_paths.LayersLock).Length);
    }

    [Fact]
    public void Should_refuse_a_store_that_gives_a_name_twice()
    {
        Write("layers.json", $"{Layer},{Layer.Replace("\"a\"", "\"c\"", StringComparison.Ordinal)}");

        var refused = Assert.Throws<StorageException>(() => _store.Refresh(Patience));

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
        Assert.Equal("read-only layer store assigns the same name to multiple layers", refused.Message);
        Assert.False(_store.IsCurrent);
    }

    [Fact]
    public void Should_wait_for_a_writer_no_longer_than_told()
    {
        Write("layers.json", Layer);
        using var holder = RecordLock();

        var refused = Assert.Throws<StorageException>(() => _store.Refresh(TimeSpan.FromMilliseconds(1)));

        Assert.Equal(StorageErrorKind.Locked, refused.Kind);
    }

    [Fact]
    public void Should_be_empty_when_the_other_root_has_no_layers()
    {
        using var store = new ReadOnlyLayerStore(
            new LinuxDisk(), new ReadOnlyStorePaths(_directory["other"], "vfs"));

        store.Refresh(Patience);

        Assert.Equal(0, store.Index.Count);
        Assert.True(store.IsCurrent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_need_no_lock_file_when_nobody_can_write_there(bool hasLayers)
    {
        if (hasLayers) Write("layers.json", Layer);
        else Directory.Delete(_paths.Layers);
        using var mount = new ReadOnlyMount(_paths.GraphRoot);

        _store.Refresh(Patience);

        Assert.Equal(hasLayers ? 1 : 0, _store.Index.Count);
        Assert.True(_store.IsCurrent);
    }

    private FileLock RecordLock()
    {
        var held = FileLock.Open(_paths.LayersLock);
        Assert.True(held.TryAcquire(LockMode.Exclusive));
        return held;
    }

    private void Write(string name, string records) => File.WriteAllText($"{_paths.Layers}/{name}", $"[{records}]");
}
