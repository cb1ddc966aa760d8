// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Overlay;

namespace ActorStorage.Disk.Tests.Overlay;

public sealed class OverlayMountSpec : IDisposable
{
    private static readonly MountRequest Plain = new();
    private readonly OverlayRoot _root = new();

    public void Dispose() => _root.Dispose();

    [SkippableTheory]
    [InlineData(3)]
    [InlineData(130)]
    public void Should_show_all_layers_and_keep_changes_apart_when_the_Go_tool_made_the_chain(int length)
    {
        var chain = _root.GoChain(length);
        for (var number = 0; number < length; number++)
            File.WriteAllText(_root[$"overlay/{chain[number]}/diff/file-{number}"], "");
        using var home = _root.Open();

        var mountPoint = OverlayMount.Mount(home, chain[^1], Plain);

        Assert.True(OverlayRoot.IsMounted(home, chain[^1]));
        Assert.Equal(length, Directory.GetFiles(mountPoint).Length);
        File.WriteAllText($"{mountPoint}/new", "");
        File.Delete($"{mountPoint}/file-0");
        OverlayMount.Unmount(home, chain[^1]);
        Assert.True(File.Exists(_root[$"overlay/{chain[^1]}/diff/new"]));
        Assert.True(File.Exists(_root[$"overlay/{chain[0]}/diff/file-0"]));
        using var diff = OverlayRoot.Reopen(home, _root[$"overlay/{chain[^1]}/diff"]);
        Assert.True(OverlayRoot.Disk.Status(diff, "file-0")!.IsWhiteout);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(45)]
    [InlineData(300)]
    [InlineData(500)]
    public void Should_mount_a_chain_when_it_has_many_layers(int lowers)
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, lowers + 1);
        var workingDirectory = Environment.CurrentDirectory;

        var mountPoint = OverlayMount.Mount(home, chain[^1], Plain);

        Assert.Equal(lowers + 1, Directory.GetFiles(mountPoint).Length);
        File.WriteAllText($"{mountPoint}/new", "");
        OverlayMount.Unmount(home, chain[^1]);
        Assert.True(File.Exists(_root[$"overlay/{chain[^1]}/diff/new"]));
        Assert.Equal(workingDirectory, Environment.CurrentDirectory);
    }

    [Fact]
    public void Should_refuse_with_the_reason_when_a_chain_is_deeper_than_the_kernel_allows()
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, 502);

        var refused = Assert.Throws<StorageException>(() => OverlayMount.Mount(home, chain[^1], Plain));

        Assert.Equal(StorageErrorKind.TooLarge, refused.Kind);
        Assert.Contains("501", refused.Message, StringComparison.Ordinal);
        // Read-only, the layer itself counts too.
        Assert.Throws<StorageException>(() => OverlayMount.Mount(home, chain[^2], new MountRequest(ReadOnly: true)));
        OverlayMount.Mount(home, chain[^3], new MountRequest(ReadOnly: true));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(300)]
    public void Should_be_mountable_by_the_Go_tools_when_the_layers_are_ours(int length)
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, length);
        _root.Record(chain);

        var mountPoint = _root.Go("mount", chain[^1].Value);
        Assert.Equal(home.MountPoint(chain[^1]), mountPoint);
        Assert.Equal(length, Directory.GetFiles(mountPoint).Length);
        _root.Go("unmount", chain[^1].Value);

        if (length > 100) return;       // more than the older release can mount
        _root.GoStable("mount", chain[^1].Value);
        Assert.Equal(length, Directory.GetFiles(mountPoint).Length);
        _root.GoStable("unmount", chain[^1].Value);
        Assert.False(OverlayRoot.IsMounted(home, chain[^1]));
    }

    [SkippableFact]
    public void Should_be_undone_by_the_other_side_when_one_side_mounted()
    {
        var chain = _root.GoChain(2);
        using var home = _root.Open();

        OverlayMount.Mount(home, chain[1], Plain);
        _root.Go("unmount", chain[1].Value);
        Assert.False(OverlayRoot.IsMounted(home, chain[1]));

        _root.Go("mount", chain[1].Value);
        Assert.True(OverlayRoot.IsMounted(home, chain[1]));
        OverlayMount.Unmount(home, chain[1]);
        Assert.Null(OverlayRoot.MountLine(home.MountPoint(chain[1])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Should_refuse_changes_when_mounted_read_only(int length)
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, length);

        var mountPoint = OverlayMount.Mount(home, chain[^1], new MountRequest(ReadOnly: true));

        Assert.Equal(length, Directory.GetFiles(mountPoint).Length);
        Assert.Throws<IOException>(() => File.WriteAllText($"{mountPoint}/new", ""));
        Assert.DoesNotContain("upperdir", OverlayRoot.MountLine(mountPoint)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_put_a_fresh_directory_in_place_when_unmounted()
    {
        using var home = _root.Open();
        var layer = OverlayRoot.Add(home, null);
        OverlayRoot.Disk.SetOwner(home.Directory, $"{layer}/merged", 12, 34);
        var before = OverlayRoot.Disk.Status(home.Directory, $"{layer}/merged")!;
        OverlayMount.Mount(home, layer, Plain);
        OverlayMount.Mount(home, layer, Plain);     // a count that was lost makes others do this
        using var busy = File.Create($"{home.MountPoint(layer)}/busy");

        OverlayMount.Unmount(home, layer);

        Assert.False(OverlayRoot.IsMounted(home, layer));
        var after = OverlayRoot.Disk.Status(home.Directory, $"{layer}/merged")!;
        Assert.NotEqual(before.Inode, after.Inode);
        Assert.Equal((0x1c0u, 12u, 34u), (after.Mode, after.UserId, after.GroupId));
        OverlayMount.Unmount(home, layer);
        OverlayMount.Unmount(home, LayerId.Random());
        Assert.False(Directory.Exists(_root[$"overlay/{layer}/merged.1"]));
    }

    [Fact]
    public void Should_mount_again_when_a_volatile_mount_left_its_mark()
    {
        using var home = _root.Open();
        var layer = OverlayRoot.Add(home, null);
        OverlayMount.Mount(home, layer, new MountRequest(Volatile: true));
        Assert.Contains("volatile", OverlayRoot.MountLine(home.MountPoint(layer))!, StringComparison.Ordinal);
        OverlayMount.Unmount(home, layer);
        var mark = _root[$"overlay/{layer}/work/work/incompat/volatile"];
        Assert.True(Directory.Exists(mark));

        OverlayMount.Mount(home, layer, Plain);

        Assert.False(Directory.Exists(mark));
    }

    [Fact]
    public void Should_obey_options_of_the_request_before_those_of_the_store()
    {
        using var home = _root.Open("overlay.mountopt=nodev,metacopy=on");
        var layer = OverlayRoot.Add(home, null);

        var line = OverlayRoot.MountLine(OverlayMount.Mount(home, layer, Plain))!;
        Assert.Contains("nodev", line, StringComparison.Ordinal);
        Assert.Contains("metacopy=on", line, StringComparison.Ordinal);
        OverlayMount.Unmount(home, layer);

        line = OverlayRoot.MountLine(OverlayMount.Mount(home, layer, new MountRequest(Options: ["nosuid", "noexec"])))!;
        Assert.Contains("nosuid,noexec", line, StringComparison.Ordinal);
        Assert.DoesNotContain("nodev", line, StringComparison.Ordinal);
        Assert.DoesNotContain("metacopy=on", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_mount_when_the_path_holds_characters_that_mount_texts_use()
    {
        using var root = new OverlayRoot("a:b,c\\d \"e");
        using var home = root.Open();
        var chain = OverlayRoot.AddChain(home, 3);

        var mountPoint = OverlayMount.Mount(home, chain[^1], Plain);

        Assert.Equal(3, Directory.GetFiles(mountPoint).Length);
        OverlayMount.Unmount(home, chain[^1]);
        Assert.False(OverlayRoot.IsMounted(home, chain[^1]));
        home.UnmountHome();
    }

    [Fact]
    public void Should_say_what_was_tried_when_the_kernel_refuses()
    {
        using var home = _root.Open();
        var layer = OverlayRoot.Add(home, null);

        var refused = Assert.Throws<StorageException>(
            () => OverlayMount.Mount(home, layer, new MountRequest(Options: ["bogus"])));

        Assert.StartsWith(
            $"creating overlay mount to {home.MountPoint(layer)}", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("invalid argument", refused.Message, StringComparison.Ordinal);
        Assert.Equal(22, refused.Error.Errno);
    }

    [Fact]
    public void Should_say_which_one_when_a_layer_is_missing()
    {
        using var home = _root.Open();
        var chain = OverlayRoot.AddChain(home, 3);
        Directory.Delete(_root[$"overlay/{chain[0]}"], recursive: true);

        var corrupt = Assert.Throws<StorageException>(() => OverlayMount.Mount(home, chain[^1], Plain));
        Assert.Equal(StorageErrorKind.Corrupt, corrupt.Kind);
        Assert.Contains(
            $"lower layer \"{_root[$"overlay/{chain[0]}/diff"]}\"", corrupt.Message, StringComparison.Ordinal);
        var unknown = Assert.Throws<StorageException>(() => OverlayMount.Mount(home, chain[0], Plain));
        Assert.Equal(StorageErrorKind.NotFound, unknown.Kind);
    }

    [Fact]
    public void Should_show_the_trees_moved_aside_when_a_layer_changed_its_owners()
    {
        using var home = _root.Open();
        var lower = OverlayRoot.Add(home, null, "lower");
        var upper = OverlayRoot.Add(home, lower, "upper");
        foreach (var (layer, name) in new[] { (lower, "diff1"), (upper, "diff1"), (upper, "diff2") })
        {
            Directory.CreateDirectory(_root[$"overlay/{layer}/{name}"]);
            File.WriteAllText(_root[$"overlay/{layer}/{name}/{(layer == lower ? "lower" : "upper")}-{name}"], "");
        }

        var mountPoint = OverlayMount.Mount(home, upper, Plain);

        Assert.Equal(
            ["lower", "lower-diff1", "upper", "upper-diff1", "upper-diff2"],
            Directory.GetFiles(mountPoint).Select(Path.GetFileName).Order());
    }
}
