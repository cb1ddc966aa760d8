// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Overlay;

namespace ActorStorage.Disk.Tests.Overlay;

public sealed class LayerDirectorySpec : IDisposable
{
    private readonly OverlayRoot _root = new();

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public void Should_write_what_the_Go_tool_writes_when_a_layer_stands_on_the_same_parent()
    {
        var chain = _root.GoChain(3);
        var theirs = _root.GoLayer(chain[^1]);
        using var home = _root.Open();

        var ours = OverlayRoot.Add(home, chain[^1]);

        Assert.Equal(Text(theirs, "lower"), Text(ours, "lower"));
        Assert.Equal(Text(theirs, "lower-layers"), Text(ours, "lower-layers"));
        Assert.Equal(
            OverlayRoot.Listing(_root[$"overlay/{theirs}"]), OverlayRoot.Listing(_root[$"overlay/{ours}"]));
        Assert.Equal(LayerDirectory.ReadLink(home, ours)!.Value.Value, Text(ours, "link"));
        var link = new FileInfo(_root[$"overlay/{LayerDirectory.ReadLink(home, ours)!.Value.Path}"]);
        Assert.Equal($"../{ours}/diff", link.LinkTarget);
    }

    [SkippableFact]
    public void Should_write_what_the_Go_tool_writes_when_a_layer_has_no_parent()
    {
        var theirs = _root.GoLayer();
        using var home = _root.Open();

        var ours = OverlayRoot.Add(home, null);

        Assert.Equal(
            OverlayRoot.Listing(_root[$"overlay/{theirs}"]), OverlayRoot.Listing(_root[$"overlay/{ours}"]));
        Assert.Empty(LayerDirectory.ReadLowerLayers(home, ours));
    }

    [SkippableFact]
    public void Should_inherit_permissions_and_owner_like_the_Go_tool_when_the_parent_has_unusual_ones()
    {
        var parent = _root.GoLayer();
        OverlayRoot.Execute("/bin/chown", ["12:34", _root[$"overlay/{parent}/diff"]]);
        OverlayRoot.Execute("/bin/chmod", ["7751", _root[$"overlay/{parent}/diff"]]);
        var theirs = _root.GoLayer(parent);
        using var home = _root.Open();

        var ours = OverlayRoot.Add(home, parent);

        Assert.Contains("diff d 751 12:34", OverlayRoot.Listing(_root[$"overlay/{ours}"]), StringComparison.Ordinal);
        Assert.Equal(
            OverlayRoot.Listing(_root[$"overlay/{theirs}"]), OverlayRoot.Listing(_root[$"overlay/{ours}"]));
    }

    [Fact]
    public void Should_leave_the_root_alone_when_the_archive_set_it()
    {
        using var home = _root.Open();
        var parent = OverlayRoot.Add(home, null);
        OverlayRoot.Execute("/bin/chmod", ["751", _root[$"overlay/{parent}/diff"]]);
        Directory.CreateDirectory(_root["overlay/staged"]);
        using var staged = OverlayRoot.Reopen(home, _root["overlay/staged"]);
        LayerDirectory.Prepare(OverlayRoot.Disk, staged, LayerId.Random(), hasParent: true, default);
        OverlayRoot.Disk.SetMode(staged, LayerDirectory.Diff, 0x3ff);

        var read = LayerDirectory.ReadParent(home, parent);
        LayerDirectory.SetParent(OverlayRoot.Disk, staged, parent, read, inheritRoot: false);
        Assert.Equal(0x3ffu, OverlayRoot.Disk.Status(staged, LayerDirectory.Diff)!.Mode);

        LayerDirectory.SetParent(OverlayRoot.Disk, staged, parent, read);       // may be repeated
        Assert.Equal(0x1e9u, OverlayRoot.Disk.Status(staged, LayerDirectory.Diff)!.Mode);
    }

    [Theory]
    [InlineData("7:8:0710:dir", 0x1c8, 7)]
    [InlineData("7:8:1777", 0x1ff, 7)]
    [InlineData("7:8", 0x16d, 0)]
    [InlineData("7:8:0999:dir", 0x16d, 0)]
    public void Should_take_owner_and_mode_from_the_override_when_the_parent_has_a_valid_one(
        string value, uint mode, uint owner)
    {
        using var home = _root.Open();
        var parent = OverlayRoot.Add(home, null);
        using (var diff = OverlayRoot.Reopen(home, _root[$"overlay/{parent}/diff"]))
        {
            OverlayRoot.Disk.SetXattr(
                diff, "user.containers.override_stat", System.Text.Encoding.UTF8.GetBytes(value));
        }

        var read = LayerDirectory.ReadParent(home, parent);

        Assert.Equal((mode, owner), (read.RootMode, read.UserId));
    }

    [SkippableFact]
    public void Should_resolve_links_when_an_old_tool_left_lower_layers_out()
    {
        var chain = _root.GoChain(3);
        foreach (var layer in chain) File.Delete(_root[$"overlay/{layer}/lower-layers"]);
        using var home = _root.Open();

        Assert.Equal([chain[1], chain[0]], LayerDirectory.ReadLowerLayers(home, chain[2]));
        var child = OverlayRoot.Add(home, chain[2]);
        Assert.Equal(string.Join(':', chain[2], chain[1], chain[0]), Text(child, "lower-layers"));
        Assert.Equal(3, Text(child, "lower").Split(':').Length);
    }

    [Fact]
    public void Should_say_so_when_the_parent_is_missing_or_not_complete()
    {
        using var home = _root.Open();
        var missing = LayerId.Random();
        var unknown = Assert.Throws<StorageException>(() => LayerDirectory.ReadParent(home, missing));
        Assert.Equal((StorageErrorKind.ParentUnknown, "layer not known"), (unknown.Kind, unknown.Message));
        Assert.Null(LayerDirectory.ReadLink(home, missing));

        var broken = OverlayRoot.Add(home, null);
        File.Delete(_root[$"overlay/{broken}/link"]);
        var corrupt = Assert.Throws<StorageException>(() => LayerDirectory.ReadParent(home, broken));
        Assert.Equal(StorageErrorKind.Corrupt, corrupt.Kind);
        Assert.Contains($"{broken}/link", corrupt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_find_the_layers_below_by_their_links_when_a_power_cut_emptied_their_list()
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, 3);
        File.WriteAllText(_root[$"overlay/{chain[2]}/lower-layers"], "");

        Assert.Equal([chain[1], chain[0]], LayerDirectory.ReadLowerLayers(home, chain[2]));
        Assert.Equal([chain[1], chain[0]], LayerDirectory.ReadParent(home, chain[2]).LowerLayers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_not_build_on_a_layer_that_lost_what_is_below_it(bool isEmptied)
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, 2);
        foreach (var name in (string[])["lower", "lower-layers"])
        {
            if (isEmptied) File.WriteAllText(_root[$"overlay/{chain[1]}/{name}"], "");
            else File.Delete(_root[$"overlay/{chain[1]}/{name}"]);
        }

        var lost = Assert.Throws<StorageException>(() => LayerDirectory.ReadParent(home, chain[1]));

        Assert.Equal(StorageErrorKind.Corrupt, lost.Kind);
    }

    [Fact]
    public void Should_remove_a_link_once_when_asked_twice()
    {
        using var home = _root.Open();
        Directory.Delete(_root["overlay/l"]);
        var layer = OverlayRoot.Add(home, null);
        var link = LayerDirectory.ReadLink(home, layer)!.Value;

        Assert.True(LayerDirectory.RemoveLink(OverlayRoot.Disk, home.Directory, link));
        Assert.False(LayerDirectory.RemoveLink(OverlayRoot.Disk, home.Directory, link));
    }

    [SkippableFact]
    public void Should_count_the_bytes_the_Go_tool_counts_when_a_tree_has_links_and_holes()
    {
        var layer = _root.GoLayer();
        var diff = _root[$"overlay/{layer}/diff"];
        Directory.CreateDirectory($"{diff}/a/b");
        File.WriteAllText($"{diff}/a/file", "twelve bytes");
        OverlayRoot.Execute("/bin/ln", [$"{diff}/a/file", $"{diff}/a/b/again"]);
        File.CreateSymbolicLink($"{diff}/link", "somewhere/else");
        using (var sparse = File.Create($"{diff}/a/b/sparse")) sparse.SetLength(1 << 20);
        using var home = _root.Open();
        using var handle = OverlayRoot.Reopen(home, diff);

        var sizeBytes = DiffSize.OfTree(OverlayRoot.Disk, handle, CancellationToken.None);

        Assert.Equal(12 + 14 + (1 << 20), sizeBytes);
        Assert.Contains($"{sizeBytes}", _root.Go("diffsize", layer.Value), StringComparison.Ordinal);
    }

    private string Text(LayerId layer, string file) => File.ReadAllText(_root[$"overlay/{layer}/{file}"]);
}
