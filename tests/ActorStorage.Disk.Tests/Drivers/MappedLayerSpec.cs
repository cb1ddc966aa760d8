// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Drivers;

/// <summary>Layers whose ids lie elsewhere on the host.</summary>
public sealed class MappedLayerSpec
{
    private static readonly IdMaps Maps = new([new IdMap(0, 1000, 100)], [new IdMap(0, 2000, 100)]);
    private static readonly IdMaps Others = new([new IdMap(0, 5000, 100)], [new IdMap(0, 6000, 100)]);

    // "security.capability" in its second version: cap_net_raw, permitted and effective.
    private static readonly byte[] Capability =
        [0x01, 0x00, 0x00, 0x02, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static readonly TestArchive Base = new TestArchive()
        .Add(new TestArchive.Member("d", '5') { Mode = 0x1ed, UserId = 5, GroupId = 6 })
        .Add(new TestArchive.Member("d/a", '0') { Mode = 0x9ed, UserId = 5, GroupId = 6, Content = [1, 2, 3] })
        .Add(new TestArchive.Member("link", '1') { Mode = 0x9ed, UserId = 5, GroupId = 6, Link = "d/a" })
        .Add(new TestArchive.Member("able", '0') { Xattrs = [("security.capability", Capability)] })
        .Add(new TestArchive.Member("sym", '2') { Mode = 0x1ff, UserId = 1, GroupId = 1, Link = "nowhere" });

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_write_owners_as_the_Go_tool_does_when_a_layer_has_maps(string driver)
    {
        using var root = new DriverRoot(driver);
        var layer = root.Put(Base, parent: null, Maps);
        File.WriteAllBytes(root.Temporary("tar"), Base.ToArray());
        var go = root.Go(
            "import-layer", "--uidmap", "0:1000:100", "--gidmap", "0:2000:100", "-f", root.Temporary("tar"))
            .Split('\n')[0];

        Assert.Equal(
            DriverRoot.Listing(root.Driver.ContentPath(new LayerId(go))),
            DriverRoot.Listing(root.Driver.ContentPath(layer.Id)));
        Assert.Equal("1000:2000", Owner(root.Driver.ContentPath(layer.Id)));
        Assert.Equal(root.Held(_ => root.Root.Index.Get(new LayerId(go))).IdMaps, layer.IdMaps);
        Assert.Empty(root.Go("check"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_give_inherited_files_the_layers_own_owners_when_the_parent_has_other_maps(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(Base);
        var mapped = root.Put(new TestArchive().File("new"), below, Maps);
        var again = root.Put(null, mapped, Others);

        string[] expected =
        [
            "able f 644 5000:6000 1", "d d 755 5005:6006", "d/a f 4755 5005:6006 2", "link f 4755 5005:6006 2",
            "new f 644 5000:6000 1", "sym l 777 5001:6001 1",
        ];
        Assert.Equal(expected, DriverRoot.Listing(root.Mount(again)));
        Assert.Equal(Capability, root.Disk.Xattr(root.Disk.OpenDirectory(MountPoint(root, again)), "able",
            "security.capability"));
        root.Unmount(again);
        Assert.Equal("5000:6000", Owner(root.Driver.ContentPath(again.Id)));
        Assert.Empty(root.Go("check"));
        Assert.Equal(expected, DriverRoot.Listing(root.Go("mount", again.Id.Value)));
        root.Go("unmount", again.Id.Value);
        Assert.Empty(root.Go("changes", again.Id.Value));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_build_on_layers_that_the_Go_tool_mapped(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(Base);
        var go = new LayerId(root.Go(
            "create-layer", "--uidmap", "0:1000:100", "--gidmap", "0:2000:100", below.Id.Value).Split('\n')[0]);
        var record = root.Held(_ => root.Root.Index.Get(go));

        var same = root.Put(new TestArchive().File("new"), record);
        var back = root.Put(null, same, IdMaps.None);

        Assert.Equal(Maps, same.IdMaps);
        Assert.Contains("new f 644 0:0 1", DriverRoot.Listing(root.Mount(back)));
        Assert.Contains("d/a f 4755 5:6 2", DriverRoot.Listing(MountPoint(root, back)));
        root.Unmount(back);
        Assert.Empty(root.Go("check"));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_copy_a_layer_for_others_and_put_a_writable_one_on_it_in_one_batch(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(new TestArchive().File("lowest"));
        var template = root.Put(Base, below);

        var copy = MappedCopy.Run(
            root.Disk, root.Paths, root.Driver, root.Area, template, Maps, FlushMode.None, CancellationToken.None);
        var writable = new NewLayer { Id = LayerId.Random() };
        var staged = root.Stage(writable, null, new TreeParent(copy.Layer.Id, Maps, copy.Staged.Content));
        var records = root.Commit(copy, new LayerWrite.Commit(staged, writable, copy.Layer.Id, AcceptExisting: false));

        Assert.Equal(
            template with { Id = copy.Layer.Id, IdMaps = Maps, Created = records[0].Created }, records[0]);
        Assert.Equal(Maps, records[1].IdMaps);
        Assert.Contains("lowest f 644 1000:2000 1", DriverRoot.Listing(root.Mount(records[1])));
        root.Unmount(records[1]);
        Assert.Empty(root.Go("check"));
        root.Go("diff", "-f", root.Temporary("diff"), copy.Layer.Id.Value);
        Assert.Equal(Base.ToArray(), File.ReadAllBytes(root.Temporary("diff")));
        var output = new MemoryStream();
        LayerDiff.Rebuild(
            root.Disk, root.Paths, root.Driver, records[0], output, CancellationToken.None);
        Assert.Equal(Base.ToArray(), output.ToArray());

        root.Delete(writable.Id, copy.Layer.Id, template.Id, below.Id);
        Assert.Empty(root.Driver.List());
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_refuse_a_layer_when_the_owners_of_its_parent_changed_meanwhile(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(Base);
        var layer = new NewLayer { Id = LayerId.Random() };
        var staged = root.Stage(layer, null, new TreeParent(below.Id, below.IdMaps));
        root.Delete(below.Id);
        var again = new NewLayer { Id = below.Id, Maps = WantedMaps.Of(Maps) };
        root.Commit(new LayerWrite.Commit(root.Stage(again, Base, null), again, null, AcceptExisting: false));

        var refused = Assert.Throws<StorageException>(() => root.Commit(
            new LayerWrite.Commit(staged, layer, below.Id, AcceptExisting: false)));

        Assert.Equal(StorageErrorKind.ParentUnknown, refused.Kind);
        Assert.Contains(below.Id.Value, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_refuse_a_layer_when_the_parent_that_it_was_copied_from_was_made_anew(string driver)
    {
        using var root = new DriverRoot(driver);
        var below = root.Put(Base);
        var layer = new NewLayer { Id = LayerId.Random(), Maps = WantedMaps.Of(Maps) };
        var staged = root.Stage(layer, null, new TreeParent(below.Id, below.IdMaps));
        root.Delete(below.Id);
        var again = new NewLayer { Id = below.Id };
        root.Commit(new LayerWrite.Commit(root.Stage(again, Base, null), again, null, AcceptExisting: false));

        var refused = Assert.Throws<StorageException>(() => root.Commit(
            new LayerWrite.Commit(staged, layer, below.Id, AcceptExisting: false)));

        Assert.Equal(
            (StorageErrorKind.ParentUnknown, $"layer {below.Id} was deleted while layer {layer.Id} was made from it"),
            (refused.Kind, refused.Message));
        Assert.Equal([below.Id], root.Driver.List());
    }

    [SkippableFact]
    public void Should_make_the_top_directory_for_the_layers_root_when_it_is_missing_at_a_mount()
    {
        using var root = new DriverRoot("overlay");
        var layer = root.Put(null, root.Put(Base, parent: null, Maps));
        Directory.Delete(root.Driver.ContentPath(layer.Id));

        Assert.Contains("able f 644 1000:2000 1", DriverRoot.Listing(root.Mount(layer)));
        root.Unmount(layer);

        Assert.Equal("1000:2000", Owner(root.Driver.ContentPath(layer.Id)));
        Assert.Empty(root.Go("check"));
    }

    private static string MountPoint(DriverRoot root, LayerRecord layer) => root.Root.Mounts().Find(layer.Id)!.Path;

    private static string Owner(string path) =>
        Overlay.OverlayRoot.Execute("/usr/bin/stat", ["-c", "%u:%g", path]).Trim();
}
