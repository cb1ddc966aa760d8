// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Drivers;

/// <summary>Layers with ids that this engine would give to none.</summary>
public sealed class ForeignIdSpec
{
    private static readonly TestArchive Archive = new TestArchive().File("file");

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_work_in_a_store_in_which_the_go_tool_made_a_layer_with_a_colon(string driver)
    {
        using var root = new DriverRoot(driver);
        var odd = LayerId.Recorded(root.Go("create-layer", "-i", "a:b").Split('\n')[0]);

        var other = root.Put(Archive);
        Assert.Equal([odd, other.Id], root.Held(_ => root.Root.Index.Layers.Select(layer => layer.Id).ToList()));
        Assert.Contains(odd, root.Driver.List());
        root.Delete(odd);

        Assert.Equal([other.Id], root.Driver.List());
    }

    [Fact]
    public void Should_put_no_layer_on_one_that_the_list_of_what_is_below_cannot_hold()
    {
        using var root = new DriverRoot("overlay");
        Record(root, "a:b");
        foreach (var name in (string[])["diff", "empty"])
            Directory.CreateDirectory($"{root.Paths.DriverHome}/a:b/{name}");
        File.WriteAllText($"{root.Paths.DriverHome}/a:b/link", new string('A', 26));
        var parent = root.Held(_ => root.Root.Index.Layers.Single());

        var refused = Assert.Throws<StorageException>(() => root.Put(Archive, parent));

        Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_touch_nothing_outside_when_a_layer_is_called_like_a_path(string driver)
    {
        using var root = new DriverRoot(driver);
        Record(root, "x/../../../outside");
        var outside = root.Temporary("outside");
        Directory.CreateDirectory($"{outside}/diff");
        Directory.CreateDirectory($"{root.Paths.DriverHome}/{root.Driver.PathInHome(new LayerId("x"))}");
        var layer = root.Held(_ => root.Root.Index.Layers.Single());

        Assert.Null(root.Driver.Places.Find(layer.Id));
        Assert.Throws<StorageException>(() => root.Driver.Content(layer.Id));
        Assert.Throws<StorageException>(() => root.Put(Archive, layer));
        root.Delete(layer.Id);

        Assert.True(Directory.Exists($"{outside}/diff"));
        Assert.Empty(root.Held(_ => root.Root.Index.Layers.ToList()));
    }

    private static void Record(DriverRoot root, string id) => File.WriteAllText(
        $"{root.Paths.Layers}/layers.json", $$"""[{"id":"{{id}}","created":"2024-05-06T07:08:09Z"}]""");
}
