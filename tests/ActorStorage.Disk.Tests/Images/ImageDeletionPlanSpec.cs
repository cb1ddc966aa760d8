// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Index;

namespace ActorStorage.Disk.Tests.Images;

public sealed class ImageDeletionPlanSpec
{
    // base <- mid <- top, with copy1 and copy2 beside top.
    private static readonly LayerIndex Chain = Layers(
        ("base", null), ("mid", "base"), ("top", "mid"), ("copy1", "mid"), ("copy2", "mid"));

    private static readonly ImageRecord Image = Of("img", "top", "copy1", "copy2");

    [Fact]
    public void Should_delete_copies_first_and_then_the_chain_when_nobody_else_needs_it() =>
        Assert.Equal(["copy1", "copy2", "top", "mid", "base"], Plan(Image, [Image], [], Chain));

    [Fact]
    public void Should_stop_at_another_images_top_layer_or_copy()
    {
        Assert.Equal(["copy1", "copy2", "top"], Plan(Image, [Image, Of("other", "mid")], [], Chain));
        Assert.Equal(["copy1", "copy2"], Plan(Image, [Of("other", "base", "top"), Image], [], Chain));
    }

    [Fact]
    public void Should_stop_below_a_layer_that_stays()
    {
        var layers = Chain.Add(new LayerRecord { Id = new LayerId("more"), Parent = new LayerId("base") });

        Assert.Equal(["copy1", "copy2", "top", "mid"], Plan(Image, [Image], [], layers));
    }

    [Fact]
    public void Should_keep_what_a_container_works_on_and_what_is_below()
    {
        var layers = Chain.Add(new LayerRecord { Id = new LayerId("rw"), Parent = new LayerId("copy1") });

        Assert.Equal(["copy2", "top"], Plan(Image, [Image], [Container("c", "rw")], layers));
        Assert.Equal(["copy1", "copy2", "top"], Plan(Image, [Image], [Container("c", "mid")], Chain));
    }

    [Fact]
    public void Should_leave_layers_of_other_stores_alone()
    {
        Assert.Empty(Plan(Of("img", "elsewhere", "gone"), [], [], Chain));
        Assert.Empty(Plan(Of("img", null), [], [], Chain));
        var above = Layers(("top", "elsewhere"));
        Assert.Equal(["top"], Plan(Of("img", "top"), [], [], above));
    }

    [Fact]
    public void Should_end_when_layers_are_their_own_parents() =>
        Assert.Equal([], Plan(Of("img", "a"), [], [], Layers(("a", "b"), ("b", "a"))));

    [Fact]
    public void Should_name_the_container_that_was_made_from_the_image()
    {
        var refused = Assert.Throws<StorageException>(() => ImageDeletionPlan.RefuseUsed(
            Image, [Container("other", "x"), Container("c", "y") with { Image = Image.Id }]));

        Assert.Equal(
            (StorageErrorKind.InUse, "image used by c: image is in use by a container"),
            (refused.Kind, refused.Message));
        ImageDeletionPlan.RefuseUsed(Image, [Container("other", "x")]);
    }

    [SkippableFact]
    public void Should_plan_what_the_go_tool_deletes()
    {
        using var root = new GoRoot();
        var bottom = root.Must("create-layer");
        var middle = root.Must("create-layer", bottom);
        var top = root.Must("create-layer", "-r", middle);
        root.Must("create-image", "-i", "one", top);
        root.Must("create-image", "-i", "two", bottom);
        var images = RecordDocument.ParseImages(root.Images, "f");
        var layers = LayerIndex.Of(RecordDocument.ParseLayers(root.Stable, "f", DocumentKind.Stable));

        var ours = ImageDeletionPlan.Of([images[0]], images, [], layers, LayerUse.Unknown);
        var (_, _, theirs) = root.Run("delete-image", "one");

        Assert.Equal(
            theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            ours.Layers.Select(layer => $"one: {layer}"));
    }

    private static IEnumerable<string> Plan(
        ImageRecord image, ImageRecord[] images, ContainerRecord[] containers, LayerIndex layers) =>
        ImageDeletionPlan.Of([image], images, containers, layers, LayerUse.Unknown).Layers.Select(layer => layer.Value);

    private static ImageRecord Of(string id, string? top, params string[] copies) => new()
    {
        Id = new ImageId(id),
        TopLayer = top is null ? null : new LayerId(top),
        MappedLayers = [.. copies.Select(copy => new LayerId(copy))],
    };

    private static ContainerRecord Container(string id, string layer) =>
        new() { Id = new ContainerId(id), Layer = new LayerId(layer) };

    private static LayerIndex Layers(params (string Id, string? Parent)[] layers) => LayerIndex.Of(
    [
        .. layers.Select(layer => new LayerRecord
        {
            Id = new LayerId(layer.Id),
            Parent = layer.Parent is null ? null : new LayerId(layer.Parent),
        }),
    ]);
}
