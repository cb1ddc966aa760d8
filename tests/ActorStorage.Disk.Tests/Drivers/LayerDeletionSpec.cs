// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Drivers;

public sealed class LayerDeletionSpec
{
    private static readonly TestArchive Archive = new TestArchive().File("file");

    [Theory]
    [InlineData("")]
    [InlineData("no link")]
    public void Should_delete_a_layer_when_a_power_cut_took_its_short_name(string text)
    {
        using var root = new DriverRoot("overlay");
        var layer = root.Put(Archive);
        File.WriteAllText($"{root.Paths.DriverHome}/{layer.Id}/link", text);

        root.Delete(layer.Id);

        Assert.Empty(root.Driver.List());
        Assert.Empty(root.Held(_ => root.Root.Index.Layers.ToList()));
        // The name it had is found without it.
        Assert.Single(root.Held(_ => root.Driver.DiscardDanglingNames(root.Area, 10)));
    }

    [Fact]
    public void Should_refuse_to_delete_what_the_store_itself_uses()
    {
        using var root = new DriverRoot("overlay");
        root.Put(Archive);

        var refused = Assert.Throws<StorageException>(
            () => root.Held(_ => BareLayer.Delete(root.Root, new LayerId("l"))));

        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.NotEmpty(Directory.GetFileSystemEntries($"{root.Paths.DriverHome}/l"));
    }

    [Fact]
    public void Should_take_only_the_record_of_an_unfinished_layer_that_is_called_like_what_the_store_uses()
    {
        using var root = new DriverRoot("overlay");
        var kept = $"{root.Paths.DriverHome}/staging";
        Directory.CreateDirectory(kept);
        File.WriteAllText(
            $"{root.Paths.Layers}/layers.json",
            """[{"id":"staging","created":"2024-05-06T07:08:09Z","flags":{"incomplete":true}}]""");

        Assert.Empty(root.Held(_ => root.Root.Index.Layers.ToList()));
        Assert.True(Directory.Exists(kept));
    }

    [Fact]
    public void Should_forget_the_others_when_one_layer_cannot_go()
    {
        using var root = new DriverRoot("overlay");
        var stuck = root.Put(Archive);
        var other = root.Put(Archive);
        File.Delete($"{root.Paths.DriverHome}/{stuck.Id}/link");
        Directory.CreateDirectory($"{root.Paths.DriverHome}/{stuck.Id}/link");

        Assert.Throws<StorageException>(() => root.Delete(stuck.Id, other.Id));

        Assert.Equal([stuck.Id], root.Driver.List());
        Assert.DoesNotContain(other.Id.Value, File.ReadAllText($"{root.Paths.Layers}/layers.json"));
        Directory.Delete($"{root.Paths.DriverHome}/{stuck.Id}/link");
        Assert.Empty(root.Held(_ => root.Root.Index.Layers.ToList()));
        Assert.Empty(root.Driver.List());
    }
}
