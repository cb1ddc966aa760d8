// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Unix;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>Trees that are deeper than a call stack.</summary>
public sealed class DeepExpectedTreeSpec
{
    [Fact]
    public void Should_not_judge_an_archive_that_links_lead_ever_deeper()
    {
        var tree = new ExpectedTree(new ExtractSettings());

        var refused = Assert.Throws<StorageException>(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                // Each piece is put where the last link leads, and a new link leads to its end.
                var piece = string.Join('/', Enumerable.Repeat("d", 100));
                var at = i == 0 ? piece : $"link-{i - 1}/{piece}";
                tree.Apply(new TarEntry { Name = at, Kind = TarEntryKind.Directory });
                var target = i == 0 ? piece : string.Join('/', Enumerable.Repeat(piece, i + 1));
                tree.Apply(new TarEntry { Name = $"link-{i}", Kind = TarEntryKind.Symlink, LinkName = target });
            }
        });

        Assert.Equal(StorageErrorKind.InvalidArchive, refused.Kind);
    }

    [Fact]
    public void Should_tell_of_an_unexpected_tree_by_the_last_directory_that_has_a_path()
    {
        const int Depth = 5000;
        using var temporary = new TemporaryDirectory();
        var disk = new LinuxDisk();
        using var top = disk.OpenDirectory(temporary.Path);
        using (var trail = new DirectoryTrail(disk, top))
        {
            for (var i = 0; i < Depth; i++)
            {
                disk.MakeDirectory(trail.Current, "d", 0x1ff);
                trail.Enter("d");
            }
        }

        var found = TreeVerification.Run(
            disk, new ExpectedNode(FileKind.Directory), top, IdMaps.None, OverlayOptions.Default,
            CancellationToken.None);

        Assert.InRange(found.Count, 2000, 2100);
        Assert.All(found, line => Assert.StartsWith("+/d/", line, StringComparison.Ordinal));
    }
}
