// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Diff;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Disk.Trees;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Trees;

public sealed class TreeCopyGoSpec : IDisposable
{
    private const int Depth = 3000;
    private static readonly LinuxDisk Disk = new();
    private static readonly string[] FromOptions = ["--uidmap", "0:100000:1000", "--gidmap", "0:100000:1000"];
    private static readonly string[] ToOptions = ["--uidmap", "0:200000:500", "--gidmap", "0:200000:500"];
    private static readonly IdMaps From = new([new IdMap(0, 100_000, 1000)], [new IdMap(0, 100_000, 1000)]);
    private static readonly IdMaps To = new([new IdMap(0, 200_000, 500)], [new IdMap(0, 200_000, 500)]);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public void Should_copy_everything_that_a_file_can_be()
    {
        GoEngine.SkipIfMissing();
        using var layers = new EditedLayers("vfs");
        var original = layers.Engine.Content("third");

        Copy(original, OwnerChange.None);

        Assert.Equal(Seen(original), Seen(_directory["copy"]));
    }

    [SkippableFact]
    public void Should_give_owners_as_the_go_engine_does_when_some_have_no_place_in_the_maps()
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path, "vfs");
        Run(engine, ["create-layer", "--id", "below", .. FromOptions]);
        using (var below = Disk.OpenDirectory(engine.Content("below")))
        {
            foreach (var (name, userId, groupId) in ((string, uint, uint)[])[
                ("root", 100_000, 100_000), ("mapped", 100_005, 100_006), ("hosts-root", 0, 0), ("stray", 7, 7),
                ("half-stray", 100_001, 7), ("beyond", 100_700, 100_700), ("half-beyond", 100_700, 100_003)])
            {
                using var file = Disk.CreateFile(below, name, 0x1a4);
                Disk.SetOwner(file, userId, groupId);
            }
        }
        Run(engine, ["create-layer", "--id", "child", .. ToOptions, "below"]);

        Copy(engine.Content("below"), new OwnerChange(From, To));

        Assert.Equal(Seen(engine.Content("child")), Seen(_directory["copy"]));
        Assert.Contains("/half-beyond Regular 644 65534:200003", Seen(_directory["copy"]), StringComparison.Ordinal);
        Assert.Contains("/stray Regular 644 7:7", Seen(_directory["copy"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_copy_and_change_owners_of_a_tree_that_is_deeper_than_a_path_can_be()
    {
        Directory.CreateDirectory(_directory["deep"]);
        using var deep = Disk.OpenDirectory(_directory["deep"]);
        using (var trail = new DirectoryTrail(Disk, deep))
        {
            for (var i = 0; i < Depth; i++)
            {
                Disk.MakeDirectory(trail.Current, "d", 0x1ed);
                trail.Enter("d");
            }
            Disk.CreateFile(trail.Current, "f", 0x1a4).Dispose();
            Disk.MakeLink(trail.Current, "f", trail.Current, "g");
        }

        Copy(_directory["deep"], new OwnerChange(IdMaps.None, To));
        TreeOwners.Run(Disk, deep, new OwnerChange(IdMaps.None, To), CancellationToken.None);

        using var copy = Disk.OpenDirectory(_directory["copy"]);
        using var bottom = new DirectoryTrail(Disk, copy);
        bottom.MoveTo(string.Join('/', Enumerable.Repeat("d", Depth)));
        Assert.Equal(200_000u, Disk.Status(bottom.Current, "f")!.UserId);
        Assert.Equal(2ul, Disk.Status(bottom.Current, "g")!.LinkCount);
        Assert.Empty(TreeChanges.Find(
            Disk, new TreeSide(deep, IdMaps.None), new TreeSide(copy, IdMaps.None), CancellationToken.None));
    }

    private void Copy(string from, OwnerChange change)
    {
        Directory.CreateDirectory(_directory["copy"]);
        using var source = Disk.OpenDirectory(from);
        using var target = Disk.OpenDirectory(_directory["copy"]);
        TreeCopy.Run(Disk, source, target, change, CancellationToken.None);
    }

    /// <summary>Without times of access, which copying changes.</summary>
    private static string Seen(string path) =>
        Regex.Replace(string.Join('\n', TreeListing.Of(path, since: null)), " accessed [^ ]+", "");

    private static void Run(GoEngine engine, string[] command)
    {
        var (exitCode, said) = engine.Run(command);
        Assert.True(exitCode == 0, said);
    }
}
