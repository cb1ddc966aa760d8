// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Images;

public sealed class ImageCommitSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ImageRoot _root;
    private readonly FileLock _lock;

    public ImageCommitSpec()
    {
        _root = new ImageRoot(new LinuxDisk(), _directory.Path, TimeProvider.System);
        _lock = FileLock.Open(_directory["images.lock"]);
        _lock.Acquire(LockMode.Exclusive);
        _root.Refresh(_lock, LockMode.Exclusive);
    }

    public void Dispose()
    {
        _lock.Dispose();
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_write_one_document_and_all_data_when_a_batch_is_mixed()
    {
        var outcomes = Run(
            Create("a", "n", new NewBigData("manifest", Bytes("m")), new NewBigData("Key", Bytes("k"))),
            Create("b", "n"),
            new ImageWrite.SetBigData("n", new NewBigData("manifest", Bytes("m2"))),
            new ImageWrite.SetMetadata("q", ""));

        Assert.Equal(
            [null, StorageErrorKind.NameTaken, null, StorageErrorKind.NotFound],
            outcomes.Select(outcome => outcome.Error?.Kind));
        Assert.Equal("m2", File.ReadAllText(_directory["a/manifest"]));
        Assert.Equal("k", File.ReadAllText(_directory["a/=S2V5"]));
        Assert.Equal(["a"], LoadedAnew().Images.Select(image => image.Id.Value));
        Assert.Equal(2, outcomes[2].Record!.BigData.SizeOf("manifest"));
        Assert.False(Directory.Exists(_directory["b"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_directory["a"]));
        Assert.Empty(Directory.GetFiles(_directory.Path, ".tmp-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Should_renew_the_token_and_know_its_own_write()
    {
        var before = _lock.ReadToken();

        Run(Create("a", "n"));

        Assert.NotEqual(before, _lock.ReadToken());
        Assert.True(_root.IsCurrent(_lock));
        _lock.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System));
        Assert.False(_root.IsCurrent(_lock));
    }

    [Fact]
    public void Should_change_nothing_when_nothing_is_to_be_changed()
    {
        Run(Create("a", "n"));
        Run(new ImageWrite.ChangeNames("a", NamesChange.Set, ["n"]));
        var token = _lock.ReadToken();

        Run(new ImageWrite.ChangeNames("a", NamesChange.Set, ["n"]));

        Assert.Equal(token, _lock.ReadToken());
    }

    [Fact]
    public void Should_refuse_only_the_write_of_an_item_in_whose_place_a_directory_is()
    {
        Run(Create("a", "n", new NewBigData("manifest", Bytes("m"))), Create("b", "o"));
        Directory.CreateDirectory(_directory["a/userdata"]);

        var outcomes = Run(
            new ImageWrite.SetBigData("a", new NewBigData("userdata", Bytes("1"))),
            new ImageWrite.SetBigData("b", new NewBigData("other", Bytes("2"))));

        Assert.Equal([StorageErrorKind.Invalid, null], outcomes.Select(outcome => outcome.Error?.Kind));
        Assert.Equal("2", File.ReadAllText(_directory["b/other"]));
        Assert.Equal(["manifest"], LoadedAnew().Get(new ImageId("a")).BigData.Names.AsEnumerable());
        Assert.Empty(Directory.GetFiles(_directory.Path, ".tmp-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Should_write_nothing_outside_when_a_recorded_id_leads_there()
    {
        Directory.CreateDirectory(_directory["images"]);
        using var root = new ImageRoot(new LinuxDisk(), _directory["images"], TimeProvider.System);
        File.WriteAllText(
            _directory["images/images.json"], """[{"id":"../x","created":"2024-05-06T07:08:09Z"}]""");
        root.Refresh(_lock, LockMode.Exclusive);
        var foreign = new ForeignImage(root.Index.Get(new ImageId("../x")), [new NewBigData("k", Bytes("v"))]);

        var written = ImageCommit.Run(
            root, _lock, [new ImageWrite.SetBigData("../x", new NewBigData("k", Bytes("v")))]);
        var adopted = Run(new ImageWrite.Adopt(foreign));

        Assert.Equal(StorageErrorKind.UnsafePath, Assert.Single(written).Error?.Kind);
        Assert.Equal(StorageErrorKind.Invalid, Assert.Single(adopted).Error?.Kind);
        Assert.False(Directory.Exists(_directory["x"]));
    }

    [Fact]
    public void Should_remove_the_data_of_a_deleted_image_and_keep_that_of_its_successor()
    {
        Run(Create("a", "n", new NewBigData("old", Bytes("1"))));

        var outcomes = Run(
            new ImageWrite.SetBigData("a", new NewBigData("late", Bytes("2"))),
            new ImageWrite.Delete("n"),
            Create("a", "n", new NewBigData("new", Bytes("3"))));

        Assert.All(outcomes, outcome => Assert.Null(outcome.Error));
        Assert.Equal(["new"], Directory.GetFiles(_directory["a"]).Select(Path.GetFileName));
        Assert.Equal(["new"], LoadedAnew().Get(new ImageId("a")).BigData.Names.AsEnumerable());
    }

    [Fact]
    public void Should_take_back_a_whole_batch_when_the_index_cannot_be_written()
    {
        Run(Create("a", "n", new NewBigData("k", Bytes("1"))));
        // A directory stands where the document belongs: the rename fails, after the data was put into place.
        File.Delete(_directory["images.json"]);
        Directory.CreateDirectory(_directory["images.json"]);

        var outcomes = Run(
            Create("b", "m", new NewBigData("k", Bytes("2"))), new ImageWrite.SetMetadata("q", ""));

        Assert.Null(outcomes[0].Record);
        Assert.NotNull(outcomes[0].Error);
        Assert.Equal(StorageErrorKind.NotFound, outcomes[1].Error?.Kind);
        Assert.False(Directory.Exists(_directory["b"]));
        Assert.False(_root.IsLoaded);
    }

    [Fact]
    public void Should_delete_an_image_whose_id_is_no_directory_without_touching_a_file()
    {
        Directory.CreateDirectory(_directory["x"]);
        File.WriteAllText(_directory["images.json"], """[{"id":"../x"},{"id":""}]""");
        _root.Refresh(_lock, LockMode.Exclusive);

        var outcome = Assert.Single(Run(new ImageWrite.Delete("../x")));

        Assert.Null(outcome.Error);
        Assert.Equal([""], LoadedAnew().Images.Select(image => image.Id.Value));
        Assert.True(Directory.Exists(_directory["x"]));
    }

    [Fact]
    public void Should_save_what_it_repaired_only_under_the_exclusive_lock()
    {
        const string Document = """[{"id":"a","names":["n"]},{"id":"b","names":["n"]}]""";
        File.WriteAllText(_directory["images.json"], Document);

        Assert.False(_root.Refresh(_lock, LockMode.Shared));
        Assert.Equal(Document, File.ReadAllText(_directory["images.json"]));
        Assert.True(_root.Refresh(_lock, LockMode.Exclusive));

        Assert.Equal("b", LoadedAnew().FindByName("n")?.Id.Value);
        Assert.DoesNotContain("\"a\",\"names\"", File.ReadAllText(_directory["images.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_read_data_and_say_what_is_missing()
    {
        var image = Run(Create("a", "n", new NewBigData("k", Bytes("data"))))[0].Record!;

        Assert.Equal("data", Encoding.ASCII.GetString(ImageData.Get(_root, image, "k")));
        Assert.Equal(4, ImageData.SizeBytes(_root, image, "k"));
        Assert.Equal(image.BigData.DigestOf("k"), ImageData.DigestOf(image, "k"));
        Assert.Equal(
            "locating item named \"q\" for image with ID \"a\" (consider removing the image to resolve the issue): "
                + "file does not exist",
            Assert.Throws<StorageException>(() => ImageData.Get(_root, image, "q")).Message);
        Assert.Equal(
            "size is not known",
            Assert.Throws<StorageException>(() => ImageData.SizeBytes(_root, image, "q")).Message);
        Assert.Equal(
            "could not compute digest of item",
            Assert.Throws<StorageException>(() => ImageData.DigestOf(image, "q")).Message);
    }

    [Fact]
    public void Should_remove_directories_of_ids_that_no_record_names_and_nothing_else()
    {
        var (known, orphan) = (new string('a', 64), new string('b', 64));
        Run(Create(known, "n", new NewBigData("k", Bytes("1"))));
        Directory.CreateDirectory(_directory[$"{orphan}/userdata"]);
        Directory.CreateDirectory(_directory["named"]);
        Directory.CreateDirectory(_directory[new string('B', 64)]);
        File.WriteAllText(_directory[new string('c', 64)], "");

        using var temporary = new TemporaryDirectory();
        var temp = TempDirectory.Create(_root.Disk, temporary["tmp"]);
        var (count, trash) = OrphanedData.Discard(_root, temp);

        Assert.Equal(1, count);
        Assert.False(Directory.Exists(_directory[orphan]));
        var place = Assert.Single(trash);
        Assert.True(Directory.Exists(temporary[$"tmp/{temp.Name}/{place.Name}/userdata"]));
        Assert.True(File.Exists(_directory[$"{known}/k"]));
        Assert.Equal(3, Directory.GetDirectories(_directory.Path).Length);
        Assert.True(File.Exists(_directory[new string('c', 64)]));
        Assert.Equal((0, 0), Count(OrphanedData.Discard(_root, temp)));
        temp.Remove();

        static (int, int) Count((int Count, IReadOnlyList<Trash> Trash) found) => (found.Count, found.Trash.Count);
    }

    [SkippableFact]
    public void Should_remove_orphans_where_they_are_when_the_temp_directory_is_on_another_file_system()
    {
        const string Elsewhere = "/dev/shm";
        using var there = _root.Disk.OpenDirectory(Elsewhere);
        var own = _root.Disk.Status(_root.Directory).Device;
        Skip.If(_root.Disk.Status(there).Device == own, "the tests' directory is in shared memory");
        Directory.CreateDirectory(_directory[$"{new string('b', 64)}/userdata"]);
        var path = $"{Elsewhere}/actor-storage-{Guid.NewGuid():N}";
        try
        {
            var temp = TempDirectory.Create(_root.Disk, path);
            var (count, trash) = OrphanedData.Discard(_root, temp);
            temp.Remove();

            Assert.Equal((1, 0), (count, trash.Count));
            Assert.Empty(Directory.GetDirectories(_directory.Path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static ImageWrite.Create Create(string id, string name, params NewBigData[] data) =>
        new(new NewImage { Id = new ImageId(id), Names = [name], BigData = [.. data] }, null);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private IReadOnlyList<WriteOutcome<ImageRecord>> Run(params ImageWrite[] writes) =>
        ImageCommit.Run(_root, _lock, writes);

    private ImageIndex LoadedAnew()
    {
        using var anew = new ImageRoot(_root.Disk, _directory.Path, TimeProvider.System);
        Assert.True(anew.Refresh(_lock, LockMode.Shared));
        return anew.Index;
    }
}
