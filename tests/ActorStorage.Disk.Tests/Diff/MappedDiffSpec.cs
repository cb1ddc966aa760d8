// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

public sealed class MappedDiffSpec : IDisposable
{
    private static readonly LinuxDisk Disk = new();
    private static readonly IdMaps Maps = new([new IdMap(0, 100_000, 1000)], [new IdMap(0, 100_000, 1000)]);
    private static readonly string[] MapOptions = ["--uidmap", "0:100000:1000", "--gidmap", "0:100000:1000"];
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public void Should_not_take_a_file_for_changed_that_only_lies_elsewhere_on_the_host()
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path, "vfs");
        Run(engine, "create-layer", "--id", "below");
        for (uint i = 1; i <= 3; i++) Write($"{engine.Content("below")}/f{i}", i, i);
        Run(engine, ["create-layer", "--id", "mapped", .. MapOptions, "below"]);
        using var below = Disk.OpenDirectory(engine.Content("below"));
        using var mapped = Disk.OpenDirectory(engine.Content("mapped"));
        Disk.SetOwner(mapped, "f2", 100_000, 100_000);
        var (old, now) = (new TreeSide(below, IdMaps.None), new TreeSide(mapped, Maps));

        var changes = TreeChanges.Find(Disk, old, now, CancellationToken.None);
        var output = new MemoryStream();
        TreeDiff.Run(Disk, old, now, output, DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.Equal([new LayerChange(LayerChangeKind.Modified, "/f2")], changes);
        Assert.Equal(GoChanges.Parse([Run(engine, "changes", "-j", "mapped")]), GoChanges.Of(changes));
        Run(engine, "diff", "-u", "-f", _directory["theirs.tar"], "mapped");
        Assert.Equal(File.ReadAllBytes(_directory["theirs.tar"]), output.ToArray());
    }

    [Fact]
    public void Should_write_the_ids_of_the_container_and_name_what_belongs_to_nobody_in_it()
    {
        Write(_directory["a"], 100_005, 100_006);
        Write(_directory["stray"], 7, 100_000);
        using var upper = Disk.OpenDirectory(_directory.Path);
        Disk.MakeNode(upper, "hidden", FileKind.CharacterDevice, 0, 0, 0);
        var output = new MemoryStream();

        var report = UpperDiff.Run(Disk, upper, [], Maps, output, CancellationToken.None);

        Assert.Equal(["stray"], report.Unmapped);
        Assert.Equal(2, report.Entries);
        Assert.Collection(
            TarMembers.Of(output.ToArray()),
            line => Assert.StartsWith("a Regular 644 5:6 ", line, StringComparison.Ordinal),
            line => Assert.StartsWith(".wh.hidden Regular 0 0:0 ", line, StringComparison.Ordinal));
    }

    private static string Run(GoEngine engine, params string[] command)
    {
        var (exitCode, said) = engine.Run(command);
        Assert.True(exitCode == 0, said);
        return said;
    }

    private static void Write(string path, uint userId, uint groupId)
    {
        using var directory = Disk.OpenDirectory(Path.GetDirectoryName(path)!);
        using var file = Disk.CreateFile(directory, Path.GetFileName(path), 0x1a4);
        Disk.Write(file, "content"u8);
        Disk.SetOwner(file, userId, groupId);
    }
}
