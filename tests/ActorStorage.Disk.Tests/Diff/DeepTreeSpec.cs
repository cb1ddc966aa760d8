// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>Trees that are deeper than a path can be long, and than a call stack.</summary>
public sealed class DeepTreeSpec : IDisposable
{
    private const int Depth = 3000;
    private static readonly LinuxDisk Disk = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _upper;
    private readonly DirectoryHandle _lower;

    public DeepTreeSpec()
    {
        _upper = Make("upper");
        _lower = Make("lower");
    }

    public void Dispose()
    {
        _upper.Dispose();
        _lower.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_write_and_list_all_of_it()
    {
        var output = new MemoryStream();
        var report = UpperDiff.Run(Disk, _upper, [_lower], IdMaps.None, output, CancellationToken.None);
        Assert.Equal(Depth + 1, report.Entries);

        var changes = UpperChanges.Run(Disk, _upper, [_lower], CancellationToken.None);
        Assert.Equal(LayerChangeKind.Modified, changes[^1].Kind);
        Assert.Equal(Depth * 2 + "/f".Length, changes[^1].Path.Length);
        Assert.Equal(1, DiffSize.OfTree(Disk, _upper, CancellationToken.None));
    }

    [Fact]
    public void Should_compare_and_sum_up_all_of_it()
    {
        var sides = (Old: new TreeSide(_lower, IdMaps.None), Now: new TreeSide(_upper, IdMaps.None));
        var output = new MemoryStream();

        var changes = TreeChanges.Find(Disk, sides.Old, sides.Now, CancellationToken.None);
        TreeDiff.Run(Disk, sides.Old, sides.Now, output, DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.Equal(Depth * 2 + "/f".Length, changes[^1].Path.Length);
        Assert.Equal(1, DiffSize.OfChanges(Disk, _upper, changes, CancellationToken.None));
        Assert.Equal(changes.Count, TarMembersCount(output.ToArray()));
    }

    private static int TarMembersCount(byte[] archive)
    {
        using var blob = new ActorStorage.Disk.Archive.BlobReader(new MemoryStream(archive));
        var limits = ActorStorage.Disk.Archive.ArchiveLimits.None;
        using var reader = new ActorStorage.Disk.Archive.TarReader(blob, split: null, limits);
        while (reader.Next() is not null)
        {
        }
        return (int)reader.EntryCount;
    }

    private DirectoryHandle Make(string name)
    {
        Directory.CreateDirectory(_directory[name]);
        var top = Disk.OpenDirectory(_directory[name]);
        using var trail = new DirectoryTrail(Disk, top);
        for (var i = 0; i < Depth; i++)
        {
            Disk.MakeDirectory(trail.Current, "d", 0x1ed);
            trail.Enter("d");
        }
        using var file = Disk.CreateFile(trail.Current, "f", 0x1a4);
        Disk.Write(file, "x"u8);
        Disk.SetTimes(file, default, new FileTime(name.Length * 1000 + name[0], 0));
        return top;
    }
}
