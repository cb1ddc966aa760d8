// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Index;

public sealed class LayerIndexFileSpec : IDisposable
{
    private readonly LinuxDisk _disk = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _handle;
    private readonly LayerIndexFile _file;

    public LayerIndexFileSpec()
    {
        _handle = _disk.OpenDirectory(_directory.Path);
        _file = new LayerIndexFile(_disk, _handle);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_be_empty_when_there_are_no_documents()
    {
        var loaded = _file.Load();

        Assert.Equal(0, loaded.Index.Count);
        Assert.Empty(loaded.DuplicateNames);
        Assert.False(_file.IsModifiedSince(loaded.Saved));
        using var prepared = _file.Prepare(loaded.Index, loaded.Saved);
        Assert.True(prepared.IsEmpty);
    }

    [Fact]
    public void Should_write_only_the_document_that_changed()
    {
        var saved = Save(_file.Load(), index => index.Add(Layer("a")));
        Assert.Equal(["layers.json"], Names());
        Assert.Equal("""[{"id":"a","created":"0001-01-01T00:00:00Z"}]""", Read("layers.json"));

        var loaded = _file.Load();
        Assert.False(_file.IsModifiedSince(saved));
        var inode = Inode("layers.json");
        saved = Save(loaded, index => index.Add(Volatile("v")));

        Assert.Equal(inode, Inode("layers.json"));
        Assert.Equal("""[{"id":"v","created":"0001-01-01T00:00:00Z"}]""", Read("volatile-layers.json"));
        Assert.False(_file.IsModifiedSince(saved));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["volatile-layers.json"]));
        var volatileInode = Inode("volatile-layers.json");
        Save(_file.Load(), index => index.Remove(new LayerId("a")));
        Assert.Equal(volatileInode, Inode("volatile-layers.json"));
        Assert.Equal("[]", Read("layers.json"));
    }

    [Fact]
    public void Should_leave_nothing_behind_when_a_prepared_index_is_not_published()
    {
        var loaded = _file.Load();
        var changed = loaded.Index.Add(Layer("a")).Add(Volatile("v"));
        var prepared = _file.Prepare(changed, loaded.Saved);
        Assert.Equal(2, Names().Length);
        Assert.All(Names(), name => Assert.Matches(@"^\.tmp-(volatile-)?layers\.json[0-9]+$", name));

        prepared.Dispose();

        Assert.Empty(Names());
        Assert.Throws<ObjectDisposedException>(prepared.Publish);
    }

    [Theory]
    [InlineData("layers.json")]
    [InlineData("volatile-layers.json")]
    public void Should_notice_a_foreign_write_when_the_time_differs_by_a_nanosecond(string name)
    {
        var loaded = _file.Load();
        File.WriteAllText(_directory[name], "[]");
        Assert.True(_file.IsModifiedSince(loaded.Saved));
        loaded = _file.Load();
        Assert.False(_file.IsModifiedSince(loaded.Saved));

        var time = _disk.Status(_handle, name)!.ModifiedAt;
        _disk.SetTimes(_handle, name, time, time with { Nanoseconds = time.Nanoseconds ^ 1 });

        Assert.True(_file.IsModifiedSince(loaded.Saved));
    }

    [Fact]
    public void Should_take_a_duplicate_name_from_the_earlier_record()
    {
        Write(
            "layers.json",
            """[{"id":"a","names":["x","y","x"]},{"id":"b","names":["x"]},{"id":"c","names":["z","q","z"]}]""");
        Write("volatile-layers.json", """[{"id":"v","names":["y"]}]""");
        var volatileInode = Inode("volatile-layers.json");

        var loaded = _file.Load();

        Assert.NotEmpty(loaded.DuplicateNames);
        Assert.Equal(["x", "x", "z", "y"], loaded.DuplicateNames.AsEnumerable());
        Assert.Empty(loaded.Index.Find(new LayerId("a"))!.Names);
        Assert.Equal(["x"], loaded.Index.Find(new LayerId("b"))!.Names.AsEnumerable());
        Assert.Equal(["q"], loaded.Index.Find(new LayerId("c"))!.Names.AsEnumerable());
        Assert.Equal("v", loaded.Index.FindByName("y")?.Id.Value);

        Save(loaded, index => index);
        Assert.Empty(_file.Load().DuplicateNames);
        Assert.DoesNotContain("\"z\"", Read("layers.json"), StringComparison.Ordinal);
        Assert.Equal(volatileInode, Inode("volatile-layers.json"));
    }

    [Fact]
    public void Should_let_the_first_record_with_an_id_win()
    {
        Write("layers.json", """[{"id":"a","metadata":"1"}]""");
        Write("volatile-layers.json", """[{"id":"a","metadata":"2"},{"id":"b","parent":"a"}]""");

        var loaded = _file.Load();

        Assert.Empty(loaded.DuplicateNames);
        Assert.Equal("1", loaded.Index.Find(new LayerId("a"))!.Metadata);
        Assert.False(loaded.Index.Find(new LayerId("a"))!.Volatile);
        Assert.True(loaded.Index.Find(new LayerId("b"))!.Volatile);
        Save(loaded, index => index);
        Assert.DoesNotContain("\"metadata\"", Read("volatile-layers.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_incomplete_layers_and_keep_them()
    {
        Write("layers.json", """[{"flags":{"incomplete":true},"id":"a"},{"id":"b","flags":{"incomplete":"true"}}]""");

        var loaded = _file.Load();

        Assert.Equal([new LayerId("a")], loaded.Index.Incomplete);
        Assert.Equal(2, loaded.Index.Count);
    }

    [Fact]
    public void Should_name_the_file_when_a_document_is_corrupt()
    {
        Write("volatile-layers.json", "[{]");

        var refused = Assert.Throws<StorageException>(_file.Load);

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
        Assert.Equal(_directory["volatile-layers.json"], refused.Error.Path);
    }

    [Fact]
    public void Should_read_the_volatile_document_from_its_own_directory_when_the_store_is_transient()
    {
        Directory.CreateDirectory(_directory["run"]);
        using var run = _disk.OpenDirectory(_directory["run"]);
        var file = new LayerIndexFile(_disk, _handle, run);
        var loaded = file.Load();
        using var prepared = file.Prepare(loaded.Index.Add(Volatile("v")), loaded.Saved);
        prepared.Publish();

        Assert.True(File.Exists(_directory["run/volatile-layers.json"]));
        Assert.Equal(1, file.Load().Index.Count);
    }

    [SkippableFact]
    public void Should_take_turns_with_the_go_tool()
    {
        using var root = new GoRoot();
        root.Must("create-layer", "-n", "go0");
        using var directory = _disk.OpenDirectory(root.Paths.Layers);
        var file = new LayerIndexFile(_disk, directory);
        SavedIndex? saved = null;
        for (var turn = 0; turn < 5; turn++)
        {
            using (var layersLock = FileLock.Open(root.Paths.LayersLock))
            {
                layersLock.Acquire(LockMode.Exclusive);
                var loaded = file.Load();
                Assert.Equal((turn * 2) + 1, loaded.Index.Count);
                var created = Timestamp.Now(TimeProvider.System);
                var record = Layer(LayerId.Random().Value) with { Names = [$"ours{turn}"], Created = created };
                using var prepared = file.Prepare(loaded.Index.Add(record), loaded.Saved);
                layersLock.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System));
                prepared.Publish();
                saved = prepared.Saved;
            }
            Assert.False(file.IsModifiedSince(saved));
            root.Must("create-layer", "-n", $"go{turn + 1}");
            Assert.True(file.IsModifiedSince(saved));
        }
        var index = file.Load().Index;
        Assert.All(Enumerable.Range(0, 5), turn => Assert.NotNull(index.FindByName($"ours{turn}")));
        Assert.All(Enumerable.Range(0, 6), turn => Assert.NotNull(index.FindByName($"go{turn}")));
        Assert.Empty(Directory.GetFiles(root.Paths.Layers, ".tmp-*"));
    }

    [SkippableTheory]
    [InlineData("""[{"id":"a","names":["x","y","x"]},{"id":"b","names":["x"]},{"id":"c","names":["z","q","z"]}]""")]
    [InlineData("""[{"id":"a","names":["x"]},{"id":"b","names":["x","x"]},{"id":"c","names":["p"]}]""")]
    [InlineData("""[{"id":"a","names":["x"]},{"id":"a","names":["y"],"metadata":"2"},{"id":"c","names":["x"]}]""")]
    public void Should_repair_names_as_the_go_tool_does(string json)
    {
        using var root = new GoRoot();
        root.Must("layers");
        File.WriteAllText($"{root.Paths.Layers}/layers.json", json);
        using var directory = _disk.OpenDirectory(root.Paths.Layers);
        var index = new LayerIndexFile(_disk, directory).Load().Index;
        index = index.Replace(index.Get(new LayerId("c")) with { Metadata = "new" });
        var ours = RecordDocument.Write([.. index.Layers.Select(each => each with { })]);

        root.Must("set-metadata", "-m", "new", "c");

        Assert.Equal(Encoding.UTF8.GetString(root.Stable), Encoding.UTF8.GetString(ours));
    }

    private static LayerRecord Layer(string id) => new() { Id = new LayerId(id) };

    private static LayerRecord Volatile(string id) => Layer(id) with { Document = DocumentKind.Volatile };

    private SavedIndex Save(LoadedIndex<LayerIndex> loaded, Func<LayerIndex, LayerIndex> change)
    {
        using var prepared = _file.Prepare(change(loaded.Index), loaded.Saved);
        prepared.Publish();
        return prepared.Saved;
    }

    private void Write(string name, string json) => File.WriteAllText(_directory[name], json);

    private string Read(string name) => File.ReadAllText(_directory[name]);

    private ulong Inode(string name) => _disk.Status(_handle, name)!.Inode;

    private string[] Names() => [.. _disk.List(_handle).Order(StringComparer.Ordinal)];
}
