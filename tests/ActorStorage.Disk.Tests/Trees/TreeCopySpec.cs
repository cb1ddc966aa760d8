// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Overlay;
using ActorStorage.Disk.Trees;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Trees;

public sealed class TreeCopySpec : IDisposable
{
    private static readonly IdMaps Maps = new([new IdMap(0, 1000, 100)], [new IdMap(0, 2000, 100)]);
    private static readonly FileTime Then = new(1_000_000_000, 123_456_789);
    private readonly TemporaryDirectory _temporary = new();
    private readonly LinuxDisk _disk = new();

    public TreeCopySpec()
    {
        Directory.CreateDirectory(From);
        Directory.CreateDirectory(To);
        using var root = _disk.OpenDirectory(From);
        _disk.MakeDirectory(root, "d", 0x1ff);
        using var below = _disk.OpenDirectory(root, "d");
        using (var file = _disk.CreateFile(below, "a", 0x1a4)) _disk.Write(file, new byte[3_000_000]);
        _disk.MakeLink(below, "a", root, "same");
        _disk.SetOwner(root, "same", 5, 6);
        _disk.SetMode(root, "same", 0x9ed);
        _disk.SetXattr(root, "same", "user.note", "x"u8);
        _disk.SetXattr(root, "same", "trusted.note", ""u8);
        _disk.MakeSymlink("no\u00e9where", root, "link");
        _disk.SetOwner(root, "link", 500, 6);
        _disk.MakeNode(root, "null", FileKind.CharacterDevice, 0x1b6, 1, 3);
        _disk.MakeNode(root, "big", FileKind.BlockDevice, 0x1b0, 4000, 300_000);
        _disk.MakeNode(root, "pipe", FileKind.Fifo, 0x180, 0, 0);
        _disk.MakeNode(root, "socket", FileKind.Socket, 0x1ff, 0, 0);
        _disk.SetXattr(below, "user.directory", "y"u8);
        _disk.SetTimes(root, "link", Then, Then);
        _disk.SetTimes(root, "same", Then, Then);
        _disk.SetTimes(below, Then, Then);
        _disk.SetOwner(root, 7, 8);
        _disk.SetMode(root, 0x3c0);
        _disk.SetTimes(root, Then, Then);
    }

    [Fact]
    public void Should_copy_everything_that_belongs_to_a_tree()
    {
        Copy(OwnerChange.None);

        Assert.Equal(Listing(From), Listing(To));
        Assert.Equal(Attributes(From), Attributes(To));
        Assert.Equal(File.ReadAllBytes($"{From}/same"), File.ReadAllBytes($"{To}/d/a"));
        Assert.Equal(Inode($"{To}/same"), Inode($"{To}/d/a"));
    }

    [Fact]
    public void Should_change_owners_and_nothing_else_when_a_copy_is_for_others()
    {
        Copy(new OwnerChange(IdMaps.None, Maps));

        var expected = Listing(From)
            .Replace(" 5:6 ", " 1005:2006 ", StringComparison.Ordinal)
            .Replace(" 500:6 ", " 65534:2006 ", StringComparison.Ordinal)
            .Replace(" 7:8 ", " 1007:2008 ", StringComparison.Ordinal)
            .Replace(" 0:0 ", " 1000:2000 ", StringComparison.Ordinal);
        Assert.Equal(expected, Listing(To));
        Assert.Equal(Attributes(From), Attributes(To));
    }

    [Fact]
    public void Should_change_owners_and_nothing_else_in_place()
    {
        var before = Listing(From);
        var attributes = Attributes(From);

        using (var root = _disk.OpenDirectory(From))
            TreeOwners.Run(_disk, root, new OwnerChange(IdMaps.None, Maps), CancellationToken.None);
        Assert.Contains("same f 4755 1005:2006 2", Listing(From), StringComparison.Ordinal);
        using (var root = _disk.OpenDirectory(From))
            TreeOwners.Run(_disk, root, new OwnerChange(Maps, IdMaps.None), CancellationToken.None);

        // Whoever has no place in the maps stays who he is, with both ids.
        Assert.Equal(
            before.Replace(" 500:6 ", " 65534:2006 ", StringComparison.Ordinal), Listing(From));
        Assert.Equal(attributes, Attributes(From));
    }

    [Fact]
    public void Should_stop_when_nobody_wants_the_copy_any_more()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var from = _disk.OpenDirectory(From);
        using var to = _disk.OpenDirectory(To);

        Assert.Throws<OperationCanceledException>(
            () => TreeCopy.Run(_disk, from, to, OwnerChange.None, cancelled.Token));
    }

    public void Dispose() => _temporary.Dispose();

    private string From => _temporary["from"];

    private string To => _temporary["to"];

    private void Copy(OwnerChange change)
    {
        using var from = _disk.OpenDirectory(From);
        using var to = _disk.OpenDirectory(To);
        TreeCopy.Run(_disk, from, to, change, CancellationToken.None);
    }

    private static string Listing(string directory) => string.Join('\n', OverlayRoot.Execute(
        "/usr/bin/find", [directory, "-printf", @"%P %y %m %U:%G %n %s %T@ %l\n"])
        .Split('\n').Order(StringComparer.Ordinal));

    private static string Attributes(string directory) => OverlayRoot.Execute(
        "/bin/sh", ["-c", "cd \"$0\" && find . -print | sort | while read -r f; do getfattr -h -d -m - \"$f\"; done",
            directory]);

    private static string Inode(string path) => OverlayRoot.Execute("/usr/bin/stat", ["-c", "%i", path]);
}
