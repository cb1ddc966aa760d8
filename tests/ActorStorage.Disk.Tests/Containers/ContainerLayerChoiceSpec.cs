// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Index;

namespace ActorStorage.Disk.Tests.Containers;

public sealed class ContainerLayerChoiceSpec
{
    private static readonly IdMaps One = Maps(1);
    private static readonly IdMaps Two = Maps(2);
    private static readonly ImageRecord Image = new()
    {
        Id = new ImageId("img"), TopLayer = new LayerId("top"), MappedLayers = [new LayerId("copy")],
    };

    [Fact]
    public void Should_build_on_the_first_layer_whose_maps_suit()
    {
        var stores = Stores(Layer("top", IdMaps.None), Layer("copy", One));

        Assert.Equal(("top", null, IdMaps.None), Choose(stores, WantedMaps.Inherited));
        Assert.Equal(("top", null, IdMaps.None), Choose(stores, WantedMaps.Host));
        Assert.Equal(("copy", null, One), Choose(stores, WantedMaps.Of(One)));
    }

    [Fact]
    public void Should_copy_the_top_layer_when_no_maps_suit()
    {
        var stores = Stores(Layer("top", IdMaps.None), Layer("copy", One));

        Assert.Equal(("top", Two, Two), Choose(stores, WantedMaps.Of(Two)));
    }

    [Fact]
    public void Should_copy_without_maps_when_only_mapped_layers_are_there_and_none_were_asked_for()
    {
        var stores = Stores(Layer("top", One));

        Assert.Equal(("top", IdMaps.None, IdMaps.None), Choose(stores, WantedMaps.Inherited));
        Assert.Equal(("top", IdMaps.None, IdMaps.None), Choose(stores, WantedMaps.Host));
    }

    [Fact]
    public void Should_take_the_layer_as_it_is_when_the_image_or_the_layer_cannot_be_changed()
    {
        var stores = Stores(Layer("top", IdMaps.None));
        Assert.Equal(("top", null, One), Choose(stores, WantedMaps.Of(One), ImageStoreKind.Additional));
        Assert.Equal(("top", null, One), Choose(stores, WantedMaps.Of(One), ImageStoreKind.GraphRoot));

        var mapped = Stores(Layer("top", One));
        Assert.Equal(("top", null, One), Choose(mapped, WantedMaps.Inherited, ImageStoreKind.Additional));

        LayerIndex[] foreign = [LayerIndex.Empty, .. stores];
        Assert.Equal(("top", null, One), Choose(foreign, WantedMaps.Of(One)));
    }

    [Fact]
    public void Should_give_no_maps_to_layers_when_owners_are_mapped_at_mount_time()
    {
        var stores = Stores(Layer("top", IdMaps.None), Layer("copy", One));

        Assert.Equal(("top", null, IdMaps.None), Choose(stores, WantedMaps.Of(Two), canShift: true));
        Assert.Equal(
            ("top", IdMaps.None, IdMaps.None), Choose(Stores(Layer("top", One)), WantedMaps.Of(Two), canShift: true));
    }

    [Fact]
    public void Should_take_the_stores_maps_when_there_is_no_image()
    {
        var choice = ContainerLayerChoice.Of(
            null, [LayerIndex.Empty], WantedMaps.Inherited, storeMaps: One, canShift: false);

        Assert.Equal((null, null, One), (choice.Base, choice.CopyMaps, choice.LayerMaps));
        Assert.Equal((null, null, Two), Choose([], WantedMaps.Of(Two), image: Image with { TopLayer = null }));
    }

    [Fact]
    public void Should_refuse_an_image_whose_layer_is_nowhere()
    {
        var orphan = Stores(Layer("top", IdMaps.None) with { Parent = new LayerId("gone") });

        var refused = Assert.Throws<StorageException>(() => Choose(orphan, WantedMaps.Inherited));

        Assert.Equal((StorageErrorKind.NotFound, "layer not known"), (refused.Kind, refused.Message));
    }

    /// <summary>With a driver that cannot map owners when it mounts.</summary>
    [SkippableTheory]
    [InlineData("")]
    [InlineData("--uidmap 0:1:10 --gidmap 0:1:10")]
    [InlineData("--uidmap 0:2:10 --gidmap 0:2:10")]
    [InlineData("--hostuidmap --hostgidmap")]
    public void Should_choose_as_the_go_tool_does(string options)
    {
        using var root = new GoRoot();
        var paths = new StoragePaths(root.Paths.GraphRoot, root.Paths.RunRoot, "vfs");
        string[] vfs = ["-s", "vfs"];
        var top = root.Must([.. vfs, "create-layer"]);
        root.Must([.. vfs, "create-image", "-i", "img", top]);
        root.Must([.. vfs, "create-container", "--uidmap", "0:1:10", "--gidmap", "0:1:10", "img"]);
        var image = Assert.Single(RecordDocument.ParseImages(File.ReadAllBytes($"{paths.Images}/images.json"), "f"));
        var before = Layers();
        var wanted = options.Contains(":1:", StringComparison.Ordinal) ? WantedMaps.Of(One)
            : options.Contains(":2:", StringComparison.Ordinal) ? WantedMaps.Of(Two)
            : options.Length > 0 ? WantedMaps.Host : WantedMaps.Inherited;

        var choice = ContainerLayerChoice.Of(image, [before], wanted, IdMaps.None, canShift: false);
        root.Must([
            .. vfs, "create-container", "-i", "c", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "img",
        ]);

        var after = Layers();
        var container = RecordDocument.ParseContainers(
            File.ReadAllBytes($"{paths.Containers}/containers.json"), "f", DocumentKind.Stable)[^1];
        var own = after.Get(container.Layer!.Value);
        var parent = after.Get(own.Parent!.Value);
        Assert.Equal(choice.LayerMaps, own.IdMaps);
        Assert.Equal(choice.CopyMaps is null ? 1 : 2, after.Count - before.Count);
        Assert.Equal(choice.CopyMaps ?? choice.Base!.IdMaps, parent.IdMaps);
        Assert.Equal(choice.CopyMaps is null, parent.Id == choice.Base!.Id);

        LayerIndex Layers() => LayerIndex.Of(RecordDocument.ParseLayers(
            File.ReadAllBytes($"{paths.Layers}/layers.json"), "f", DocumentKind.Stable));
    }

    private static (string? Base, IdMaps? CopyMaps, IdMaps LayerMaps) Choose(
        LayerIndex[] stores, WantedMaps wanted, ImageStoreKind imageStore = ImageStoreKind.First, bool canShift = false,
        ImageRecord? image = null)
    {
        var choice = ContainerLayerChoice.Of(
            (image ?? Image) with { Store = imageStore }, stores, wanted, IdMaps.None, canShift);
        return (choice.Base?.Id.Value, choice.CopyMaps, choice.LayerMaps);
    }

    private static LayerIndex[] Stores(params LayerRecord[] layers) => [LayerIndex.Of(layers)];

    private static LayerRecord Layer(string id, IdMaps maps) => new() { Id = new LayerId(id), IdMaps = maps };

    private static IdMaps Maps(long host) => new([new IdMap(0, host, 10)], [new IdMap(0, host, 10)]);
}
