// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Drivers;

/// <summary>What both drivers promise, judged by the Go tool.</summary>
public sealed class LayerDriverSpec
{
    private static readonly TestArchive Base = new TestArchive()
        .Directory("d").File("d/a").File("gone").Add(new TestArchive.Member("link", '1') { Link = "d/a" });

    private static readonly TestArchive Child = new TestArchive()
        .File(".wh.gone", "").Directory("d").File("d/b", "more");

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_pass_the_Go_check_when_layers_were_staged(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(Base);
        var layer = root.Put(Child, below);
        var empty = root.Put(null, layer);

        Assert.Empty(root.Go("check"));
        var mountPoint = root.Go("mount", empty.Id.Value);
        Assert.Equal(["d d 755 0:0", "d/a f 644 0:0 2", "d/b f 644 0:0 1", "link f 644 0:0 2"],
            DriverRoot.Listing(mountPoint));
        root.Go("unmount", empty.Id.Value);
        Assert.Empty(root.Driver.Marked());
        Assert.Equal([.. new[] { below, layer, empty }.Select(one => one.Id.Value).Order()],
            root.Driver.List().Select(id => id.Value));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_rebuild_the_archive_bit_for_bit(string driver)
    {
        using var root = new DriverRoot(driver);
        var layer = root.Put(Child, root.Put(Base));

        var output = new MemoryStream();
        LayerDiff.Rebuild(
            root.Disk, root.Paths, root.Driver, layer, output, CancellationToken.None);

        Assert.Equal(Child.ToArray(), output.ToArray());
        root.Go("diff", "-f", root.Temporary("diff"), layer.Id.Value);
        Assert.Equal(Child.ToArray(), File.ReadAllBytes(root.Temporary("diff")));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_build_on_and_delete_what_the_Go_tool_made(string driver)
    {
        using var root = new DriverRoot(driver);
        File.WriteAllBytes(root.Temporary("tar"), Base.ToArray());
        var go = new LayerId(root.Go("import-layer", "-f", root.Temporary("tar")).Split('\n')[0]);
        var below = root.Held(_ => root.Root.Index.Get(go));

        var layer = root.Put(Child, below);
        Assert.Empty(root.Go("check"));
        root.Delete(layer.Id, go);

        Assert.Empty(root.Go("layers"));
        Assert.Empty(root.Driver.List());
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_take_a_layer_back_when_it_was_shown_and_the_index_was_not_written(string driver)
    {
        using var root = new DriverRoot(driver);
        var layer = new NewLayer { Id = LayerId.Random() };
        var staged = root.Stage(layer, Base, parent: null);

        staged.Content.Show(root.Area);
        Assert.Equal([layer.Id], root.Driver.Marked());
        staged.Content.Hide();

        Assert.Empty(root.Driver.List());
        Assert.True(Directory.Exists($"{root.Paths.DriverHome}/{staged.Tree.InHome}"));
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_displace_a_stray_namesake_in_the_other_home_of_a_split_store(string driver)
    {
        using var root = new DriverRoot(driver, isSplit: true);
        var layer = new NewLayer { Id = LayerId.Random(), Writeable = false };
        var staged = root.Stage(layer, Base, parent: null);
        var stray = $"{root.Paths.DriverHome}/{root.Driver.PathInHome(layer.Id)}";
        Directory.CreateDirectory($"{stray}/diff");

        root.Commit(new LayerWrite.Commit(staged, layer, Parent: null, AcceptExisting: false));

        Assert.False(Directory.Exists(stray));
        Assert.Equal(root.Driver.Places.ImageStore, root.Driver.Places.Find(layer.Id));
    }

    [Fact]
    public void Should_close_the_parent_when_a_layer_that_was_copied_from_it_fails()
    {
        using var root = new DriverRoot("vfs");
        var parent = root.Put(Base);
        var layer = new NewLayer { Id = LayerId.Random() };
        var broken = new TestArchive().File("../outside").Add(new TestArchive.Member("d", '?'));
        var below = new TreeParent(parent.Id, parent.IdMaps);

        Assert.Throws<StorageException>(() => root.Stage(layer, broken, below));

        var path = $"{root.Paths.DriverHome}/dir/{parent.Id}";
        Assert.DoesNotContain(path, Directory.GetFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget));
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_collect_what_carries_the_mark_and_has_no_record(string driver)
    {
        using var root = new DriverRoot(driver);
        var lost = new NewLayer { Id = LayerId.Random() };
        root.Stage(lost, Base, parent: null).Content.Show(root.Area);
        var known = root.Put(Base);

        Assert.True(LayerRecovery.IsNeeded(root.Driver));
        var trash = root.Held(_ => LayerRecovery.Run(root.Root));

        Assert.NotEmpty(trash);
        Assert.Equal([known.Id], root.Driver.List());
        Assert.False(LayerRecovery.IsNeeded(root.Driver));
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_show_the_whole_tree_in_a_view_that_is_no_mount(string driver)
    {
        using var root = new DriverRoot(driver);
        var alone = root.Put(Base);
        var layer = root.Put(Child, alone);

        using var view = root.Driver.OpenView(layer.Id, root.Area.Trees);
        using var other = root.Driver.OpenView(alone.Id, root.Area.Trees);

        Assert.Equal(["d", "link"], root.Disk.List(view).Order());
        Assert.Equal(["d", "gone", "link"], root.Disk.List(other).Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{root.Paths.DriverTemp}/{root.Area.Trees.Name}"));
        Assert.DoesNotContain("/tempdirs/", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Empty(root.Root.Mounts().All);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_tell_of_the_last_archive_when_several_were_applied(string driver)
    {
        using var root = new DriverRoot(driver);
        var layer = root.Put(Base);

        root.Commit(Apply(root, layer, new TestArchive().File("one", "1")));
        var changed = root.Commit(Apply(root, layer, new TestArchive().File("two", "2")))[0];

        using (var content = root.Disk.OpenDirectory(root.Driver.ContentPath(layer.Id)))
            Assert.Equal(["d", "gone", "link", "one", "two"], root.Disk.List(content).Order());
        Assert.NotEqual(layer.DiffDigest, changed.DiffDigest);
        root.Go("diff", "-f", root.Temporary("diff"), layer.Id.Value);
        Assert.Equal(new TestArchive().File("two", "2").ToArray(), File.ReadAllBytes(root.Temporary("diff")));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_list_volatile_layers_in_their_own_document(string driver)
    {
        using var root = new DriverRoot(driver);
        var layer = new NewLayer { Id = LayerId.Random(), Volatile = true };
        root.Commit(new LayerWrite.Commit(root.Stage(layer, Base, null), layer, null, AcceptExisting: false));

        Assert.Contains(
            layer.Id.Value, File.ReadAllText($"{root.Paths.Layers}/volatile-layers.json"), StringComparison.Ordinal);
        Assert.Equal(layer.Id.Value, root.Go("layers", "-q"));
        var record = root.Held(_ => root.Root.Index.Get(layer.Id));
        root.Mount(record, new MountRequest(Volatile: true));
        root.Unmount(record);
        Assert.Empty(root.Go("check"));
    }

    [SkippableTheory]
    [InlineData("overlay", "/diff")]
    [InlineData("vfs", "")]
    public void Should_make_layers_that_only_the_driver_knows(string driver, string suffix)
    {
        using var root = new DriverRoot(driver);
        var (below, layer) = (new LayerId("sl1"), new LayerId("sl2"));

        root.CreateBare(below, parent: null, IdMaps.None);
        root.CreateBare(layer, below, IdMaps.None);
        root.CreateBare(layer, below, IdMaps.None);

        Assert.Equal("sl1\nsl2", root.Go("storage-layers"));
        Assert.Empty(root.Driver.Marked());
        var unknown = Assert.Throws<StorageException>(
            () => BareLayer.Plan(root.Root, new LayerId("sl3"), new LayerId("none"), IdMaps.None));
        var place = root.Driver.ContentPath(new LayerId("none"));
        Assert.EndsWith($"none{suffix}", place, StringComparison.Ordinal);
        Assert.Equal($"Stat {place}: no such file or directory", unknown.Message);
        root.Held(_ => BareLayer.Delete(root.Root, layer));
        Assert.Equal([below], root.Driver.List());
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_give_a_layer_that_only_the_driver_knows_the_owners_that_the_go_tool_gives(string driver)
    {
        using var ours = new DriverRoot(driver);
        using var theirs = new DriverRoot(driver);
        var maps = new IdMaps([new IdMap(0, 1000, 5000)], [new IdMap(0, 2000, 5000)]);
        string[] options = ["create-storage-layer", "--uidmap", "0:1000:5000", "--gidmap", "0:2000:5000"];

        ours.CreateBare(new LayerId("below"), parent: null, IdMaps.None);
        ours.CreateBare(new LayerId("mapped"), parent: null, maps);
        ours.CreateBare(new LayerId("on-it"), new LayerId("mapped"), IdMaps.None);
        ours.CreateBare(new LayerId("over"), new LayerId("below"), maps);
        theirs.Go("create-storage-layer", "-i", "below");
        theirs.Go([.. options, "-i", "mapped"]);
        theirs.Go("create-storage-layer", "-i", "on-it", "mapped");
        theirs.Go([.. options, "-i", "over", "below"]);

        static string[] Owners(DriverRoot root) =>
        [
            .. DriverRoot.Listing($"{root.Paths.DriverHome}")
                .Where(line => !line.StartsWith("l/", StringComparison.Ordinal))
                .Where(line => !line.StartsWith("tempdirs", StringComparison.Ordinal)),
        ];
        Assert.Contains(Owners(theirs), line => line.Contains(" 1000:2000", StringComparison.Ordinal));
        Assert.Equal(Owners(theirs), Owners(ours));
    }

    private static LayerWrite.SetDiff Apply(DriverRoot root, LayerRecord layer, TestArchive archive)
    {
        using var content = root.Disk.OpenDirectory(root.Driver.ContentPath(layer.Id));
        var blob = new LayerBlob("archive", () => new MemoryStream(archive.ToArray()));
        var settings = Disk.Extract.ExtractSettings.For(root.Driver, layer.IdMaps);
        var applied = LayerApply.Run(
            root.Disk, root.Area, blob, content, settings, isDurable: true, FlushMode.None,
            CancellationToken.None);
        return new LayerWrite.SetDiff(layer.Id.Value, applied.TarSplit, applied.Facts);
    }
}
