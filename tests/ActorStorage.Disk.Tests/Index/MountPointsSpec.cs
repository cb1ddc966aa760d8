// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Index;

public sealed class MountPointsSpec
{
    private const string Golden =
        """[{"id":"a","path":"/m/a\u0026","count":1},{"id":"unknown","path":"/m/u","count":3}]""";

    [Fact]
    public void Should_write_what_it_read()
    {
        Assert.Equal(Golden, Text(Parse(Golden)));
        Assert.Equal("[]", Text(MountPoints.Empty));
        Assert.Equal("/m/a&", Parse(Golden).Find(new LayerId("a"))?.Path);
    }

    [Fact]
    public void Should_count_users()
    {
        var layer = new LayerId("a");

        var twice = MountPoints.Empty.Mounted(layer, "/m").Mounted(layer, "/n");

        Assert.Equal(new MountPoint(layer, "/n", 2), twice.Find(layer));
        Assert.Equal(1, twice.Unmounted(layer).Find(layer)?.Count);
        Assert.Null(twice.Unmounted(layer).Unmounted(layer).Find(layer));
        Assert.Equal("[]", Text(twice.Unmounted(layer).Unmounted(layer).Unmounted(layer)));
        Assert.Null(twice.Without(layer).Find(layer));
        Assert.Equal(2, twice.Find(layer)?.Count);
    }

    [Theory]
    [InlineData("""[{"id":"a","path":"","count":1}]""")]
    [InlineData("""[{"id":"a","path":"/m","count":0}]""")]
    [InlineData("""[{"id":"a","path":"/m","count":-1}]""")]
    [InlineData("""[{"id":"a","path":"/m"}]""")]
    [InlineData("null")]
    [InlineData("")]
    public void Should_drop_entries_when_nothing_is_mounted(string json) => Assert.Empty(Parse(json).All);

    [Fact]
    public void Should_let_the_last_entry_win_whatever_the_case_of_its_members()
    {
        var mounts = Parse("""[{"id":"a","path":"/m","count":1},{"ID":"a","Path":"/n","COUNT":2,"x":[{}]}]""");

        Assert.Equal(new MountPoint(new LayerId("a"), "/n", 2), Assert.Single(mounts.All));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{\"id\":\"\"}]")]
    [InlineData("[{\"id\":\"a\",\"count\":\"1\"}]")]
    [InlineData("[] []")]
    public void Should_name_the_file_when_it_is_corrupt(string json)
    {
        var refused = Assert.Throws<StorageException>(() => Parse(json));

        Assert.Equal((StorageErrorKind.Corrupt, "/x/mountpoints.json"), (refused.Kind, refused.Error.Path));
    }

    [SkippableFact]
    public void Should_agree_with_the_go_tool_about_a_mounted_layer()
    {
        using var root = new GoRoot();
        var id = new LayerId(root.Must("create-layer"));
        var path = root.Must("mount", id.Value);
        var disk = new LinuxDisk();
        using var directory = disk.OpenDirectory(root.Paths.LayersRun);

        var mounts = MountPoints.Load(disk, directory);
        Assert.Equal(new MountPoint(id, path, 1), mounts.Find(id));
        Assert.Equal(File.ReadAllBytes($"{root.Paths.LayersRun}/{MountPoints.FileName}"), mounts.Write());

        using (var prepared = mounts.Mounted(id, path).Prepare(disk, directory)) prepared.Publish();
        root.Must("unmount", id.Value);
        Assert.Equal(new MountPoint(id, path, 1), MountPoints.Load(disk, directory).Find(id));
        root.Must("unmount", id.Value);
        Assert.Empty(MountPoints.Load(disk, directory).All);
    }

    private static MountPoints Parse(string json) =>
        MountPoints.Parse(Encoding.UTF8.GetBytes(json), "/x/mountpoints.json");

    private static string Text(MountPoints mounts) => Encoding.UTF8.GetString(mounts.Write());
}
