// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>Layers whose owners are mapped, and layers of other roots.</summary>
public sealed class CheckedStoresSpec
{
    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_take_owners_for_those_inside_when_a_layer_has_maps(string driver)
    {
        using var root = new UpkeepRoot(driver);
        var layer = root.Import(new TestArchive().File("file").Symlink("link", "file").Directory("empty/"));
        root.Go(
            "create-container", "--uidmap", "0:100000:65536", "--gidmap", "0:200000:65536", root.Image(layer).Value);
        var copy = root.Records().Layers.Single(each => !each.IdMaps.IsEmpty && each.DiffDigest is not null);

        Assert.Equal([], UpkeepRoot.Lines(root.Check()));
        Assert.Equal([], root.GoCheck());

        var files = Directory.EnumerateFiles(root[driver], "file", SearchOption.AllDirectories)
            .Where(path => path.Contains(copy.Id.Value, StringComparison.Ordinal)).ToList();
        StoreDamage.Run("chown", "100007:200000", Assert.Single(files));
        Assert.Equal(root.GoCheck(), UpkeepRoot.Lines(root.Check()));
        StoreDamage.Run("chown", "100000:7", files[0]);
        Assert.Equal(root.GoCheck(), UpkeepRoot.Lines(root.Check()));
        Assert.Contains(root.GoCheck(), line => line.Contains("host ID 7", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_find_damage_in_an_additional_store_without_calling_it_reparable(string driver)
    {
        using var other = new UpkeepRoot(driver);
        using var root = new UpkeepRoot(driver);
        var store = StoreDamage.Of(other);
        other.Go("set-image-data", "-f", other[$"{driver}-layers/layers.json"], store.Image.Value, "datafile");
        other.Go("shutdown");
        root.Image(root.Import(new TestArchive().File("own")));
        root.AdditionalStore = other.Paths.GraphRoot;
        root.Go("create-container", store.Image.Value);

        Assert.Equal([], UpkeepRoot.Lines(root.Check()));

        File.WriteAllText($"{store.BaseDiff}/d/f", "CONTENT");
        File.Delete(other[$"{driver}-images/{store.Image}/datafile"]);
        var report = root.Check();

        Assert.Equal(
            [$"read-only layer {store.Base}: file integrity checksum failed for \"d/f\""],
            report.ReadOnlyLayers[store.Base.Value].ToArray());
        Assert.Equal(
            [
                $"read-only image {store.Image}: data item \"datafile\": image data item is missing",
                $"read-only layer {store.Base}: file integrity checksum failed for \"d/f\"",
            ],
            report.ReadOnlyImages[store.Image.Value].ToArray());
        Assert.Empty(report.Layers);
        Assert.Empty(report.Images);
        Assert.Single(report.Containers);
    }
}
