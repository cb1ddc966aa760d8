// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Index;
using ActorStorage.Disk.Tests.Stores;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Images;

public sealed class ImageStoresSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_ask_its_own_store_first_and_hide_what_was_copied_from_another()
    {
        Write("own", """[{"id":"a","names":["kept"]}]""");
        Write("one", """[{"id":"a","names":["lost"]},{"id":"b","names":["kept","b"]},{"id":"c"}]""");
        Write("two", """[{"id":"c","names":["c2"]}]""");
        using var stores = Open();

        Assert.Equal("a", stores.Find("kept")?.Image.Id.Value);
        Assert.Null(stores.Find("lost"));
        Assert.Equal(("b", true), (stores.Find("b")?.Image.Id.Value, stores.Find("b")?.Image.IsReadOnly));
        Assert.Empty(stores.Require("c").Image.Names);
        Assert.Equal("c", stores.Find("c2")?.Image.Id.Value);
        Assert.Equal(["a", "a", "b", "c", "c"], stores.Images.Select(image => image.Id.Value));
        Assert.Equal(
            StorageErrorKind.NotFound, Assert.Throws<StorageException>(() => stores.Require("lost")).Kind);
    }

    [Fact]
    public void Should_load_again_when_another_store_was_written()
    {
        Write("own", "[]");
        Write("one", "[]");
        Write("two", "[]");
        using var stores = Open();
        Assert.True(stores.AreOthersCurrent);
        using var writer = new ImageRoot(_disk, Images("one"), TimeProvider.System);
        using var held = FileLock.Open($"{Images("one")}/images.lock");
        held.Acquire(LockMode.Exclusive);
        writer.Refresh(held, LockMode.Exclusive);
        ImageCommit.Run(
            writer, held, [new ImageWrite.Create(new NewImage { Id = new ImageId("new") }, null)]);

        var locked = Assert.Throws<StorageException>(() => stores.RefreshOthers(TimeSpan.Zero));
        held.Release();
        Assert.False(stores.AreOthersCurrent);
        stores.RefreshOthers(Patience);

        Assert.Equal(StorageErrorKind.Locked, locked.Kind);
        Assert.NotNull(stores.Find("new"));
    }

    [Fact]
    public void Should_refuse_a_store_that_it_cannot_set_right()
    {
        Write("own", "[]");
        Write("one", """[{"id":"a","names":["n"]},{"id":"b","names":["n"]}]""");
        Write("two", "[]");

        var refused = Assert.Throws<StorageException>(Open);

        Assert.Equal((StorageErrorKind.Corrupt, Images("one")), (refused.Kind, refused.Error.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_leave_out_a_store_that_can_have_no_lock(bool hasDirectory)
    {
        Write("own", "[]");
        Write("two", """[{"id":"there"}]""");
        Directory.CreateDirectory(_directory["one"]);
        if (hasDirectory) Write("one", """[{"id":"unseen"}]""");
        using var mount = new ReadOnlyMount(_directory["one"]);

        using var stores = Open();

        Assert.Null(stores.Find("unseen"));
        Assert.NotNull(stores.Find("there"));
    }

    [Fact]
    public void Should_read_a_store_on_a_file_system_that_is_only_read()
    {
        Write("own", "[]");
        Write("one", """[{"id":"seen"}]""");
        Write("two", "[]");
        File.WriteAllText($"{Images("one")}/images.lock", "");
        using var mount = new ReadOnlyMount(_directory["one"]);

        using var stores = Open();

        Assert.True(stores.Require("seen").Image.IsReadOnly);
        Assert.NotNull(stores.FindForeign("seen", Patience));
    }

    [Fact]
    public void Should_read_a_foreign_image_with_its_data_and_keep_manifest_digests()
    {
        Write("own", "[]");
        Write("two", "[]");
        var digest = Digest.Sha256(new byte[32]);
        Directory.CreateDirectory($"{Images("one")}/a");
        File.WriteAllText($"{Images("one")}/a/manifest", "m");
        var digests = $"{{\"manifest\":\"{digest}\"}}";
        Write("one", $$$"""[{"id":"a","big-data-names":["manifest"],"big-data-digests":{{{digests}}}}]""");
        using var stores = Open();

        var foreign = stores.FindForeign("a", Patience)!;
        using var held = FileLock.Open($"{Images("own")}/images.lock");
        held.Acquire(LockMode.Exclusive);
        var adopted = ImageCommit.Run(
            stores.Own, held, [new ImageWrite.Adopt(foreign), new ImageWrite.Adopt(foreign)]);

        Assert.Equal([false, true], adopted.Select(outcome => outcome.AlreadyPresent));
        Assert.Equal(digest, adopted[0].Record!.BigData.DigestOf("manifest"));
        Assert.Equal("m", File.ReadAllText($"{Images("own")}/a/manifest"));
        Assert.Equal(2, stores.FindByDigest(digest).Count());
        Assert.Null(stores.FindForeign("q", Patience));
    }

    [Fact]
    public void Should_change_the_graph_roots_images_when_the_image_store_is_split_off()
    {
        Write("own", """[{"id":"g","names":["n"]}]""");
        Write("split", """[{"id":"i"}]""");
        var paths = new StoragePaths(_directory["own"], _directory["run"]) { ImageStore = _directory["split"] };
        using var stores = Open(paths);

        Assert.Equal(["i", "g"], stores.Images.Select(image => image.Id.Value));
        Assert.False(stores.Find("n")!.Value.Image.IsReadOnly);
        stores.CommitToGraphRoot([new ImageWrite.Delete("n")], Patience);

        Assert.Equal("[]", File.ReadAllText($"{Images("own")}/images.json"));
        Assert.Equal(["i"], stores.Images.Select(image => image.Id.Value));
    }

    [SkippableFact]
    public void Should_copy_a_foreign_image_as_the_go_tool_does()
    {
        using var other = new GoRoot();
        using var root = new GoRoot();
        File.WriteAllText(other["data"], "data");
        other.Must("create-image", "-i", "img", "-n", "one", "-n", "two", "-m", "<m>", other.Must("create-layer"));
        other.Must("set-image-data", "-f", other["data"], "img", "manifest");
        other.Must("set-image-data", "-f", other["data"], "img", "Key");
        other.Must("add-names", "-n", "three", "img");
        root.Must("images");
        var paths = new StoragePaths(root.Paths.GraphRoot, root.Paths.RunRoot)
        {
            AdditionalImageStores = [other.Paths.GraphRoot],
        };
        byte[] ours;
        using (var stores = Open(paths))
        {
            var foreign = stores.FindForeign("one", Patience)!;
            var index = ImageDecision.Decide(ImageIndex.Empty, new ImageWrite.Adopt(foreign), Timestamp.Zero).Index;
            index = ImageDecision.Decide(
                index, new ImageWrite.ChangeNames("one", NamesChange.Remove, ["two"]), Timestamp.Zero).Index;
            ours = RecordDocument.Write(index.In(DocumentKind.Stable));
        }

        root.Must("--storage-opt", $"overlay.imagestore={other.Paths.GraphRoot}", "remove-names", "-n", "two", "one");

        Assert.Equal(
            System.Text.Encoding.UTF8.GetString(root.Images), System.Text.Encoding.UTF8.GetString(ours));
    }

    private ImageStores Open() => Open(new StoragePaths(_directory["own"], _directory["run"])
    {
        AdditionalImageStores = [_directory["one"], _directory["two"]],
    });

    private ImageStores Open(StoragePaths paths)
    {
        var stores = new ImageStores(_disk, paths, TimeProvider.System);
        try
        {
            using var held = FileLock.Open(paths.ImagesLock);
            held.Acquire(LockMode.Shared);
            Assert.True(stores.Own.Refresh(held, LockMode.Shared));
            stores.RefreshOthers(Patience);
            return stores;
        }
        catch
        {
            stores.Dispose();
            throw;
        }
    }

    private string Images(string root) => _directory[$"{root}/overlay-images"];

    private void Write(string root, string json)
    {
        Directory.CreateDirectory(Images(root));
        File.WriteAllText($"{Images(root)}/images.json", json);
    }
}
