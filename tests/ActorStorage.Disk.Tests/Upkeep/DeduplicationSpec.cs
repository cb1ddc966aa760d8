// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Upkeep;

public sealed class DeduplicationSpec
{
    private static readonly string Long = Content(300_000, 'a');

    [SkippableTheory]
    [InlineData("btrfs", "overlay")]
    [InlineData("btrfs", "vfs")]
    [InlineData("xfs", "overlay")]
    public void Should_share_as_much_as_the_go_tool_by_every_method(string fileSystem, string driver)
    {
        using var root = new UpkeepRoot(driver);
        root.MountReflinks(fileSystem);
        Fill(root);

        foreach (var method in Enum.GetValues<DedupHash>())
        {
            var ours = root.Deduplicate(method);

            var theirs = root.Go("dedup", "--hash-method", method.ToString().ToLowerInvariant());
            Assert.Equal(theirs, string.Create(CultureInfo.InvariantCulture, $"Deduplicated {ours} bytes"));
            Assert.True(ours >= Long.Length, $"only {ours} bytes by {method}");
        }
        Assert.Equal([], root.GoCheck());
    }

    [SkippableFact]
    public void Should_count_what_was_shared_before()
    {
        using var root = new UpkeepRoot();
        root.MountReflinks("btrfs");
        Fill(root);
        var first = root.Deduplicate(DedupHash.Size);

        Assert.True(first > 0);
        Assert.Equal(first, root.Deduplicate(DedupHash.Crc));
        Assert.Equal(first, root.Deduplicate(DedupHash.Sha256));
    }

    [SkippableFact]
    public void Should_share_nothing_when_the_file_system_cannot()
    {
        using var root = new UpkeepRoot();
        Fill(root);

        Skip.If(new DriveInfo(root["."]).DriveFormat is "btrfs" or "xfs", "the temporary directory can share blocks");
        Assert.Equal(0, root.Deduplicate(DedupHash.Crc));
    }

    [SkippableFact]
    public void Should_leave_layers_alone_that_no_image_needs()
    {
        using var root = new UpkeepRoot();
        root.MountReflinks("btrfs");
        var layer = root.Import(new TestArchive().File("a", Long).File("b", Long));

        Assert.Equal(0, root.Deduplicate(DedupHash.Crc));

        root.Image(layer);
        Assert.Equal(Long.Length, root.Deduplicate(DedupHash.Crc));
    }

    /// <summary>Equal files in one layer and in two, one with several names, some that only have a length in
    /// common.</summary>
    private static void Fill(UpkeepRoot root)
    {
        var below = root.Import(new TestArchive()
            .Directory("d/").File("d/long", Long).File("short", Content(5000, 's')).File("empty", ""));
        var top = root.Import(
            new TestArchive()
                .File("copy", Long).HardLink("name", "copy").File("twin", Long).File("other", Content(300_000, 'b'))
                .File("short-too", Content(5000, 's')).File("shorter", Content(5000, 't')).File("empty-too", "")
                .Symlink("link", "copy"),
            below);
        root.Image(top);
    }

    private static string Content(int length, char first)
    {
        var text = new StringBuilder(length);
        for (var i = 0; text.Length < length; i++) text.Append(first).Append(i);
        return text.ToString(0, length);
    }
}
