// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Upkeep;

public sealed class RepairPlanSpec
{
    [Fact]
    public void Should_delete_children_before_their_parents_and_strangers_last()
    {
        var report = CheckReport.Empty with
        {
            Layers = Findings("a", "b", "c", "d", "stranger"),
            StorageLayers = [new LayerId("stranger")],
        };

        var plan = RepairPlan.Of(report, Chain("b", "d", "a", "c"), force: false);

        Assert.Equal(["c", "a", "d", "b"], plan.Layers.Select(layer => layer.Value));
        Assert.Equal(["stranger"], plan.StorageLayers.Select(layer => layer.Value));
    }

    [Fact]
    public void Should_leave_containers_alone_unless_forced()
    {
        var report = CheckReport.Empty with { Images = Findings("image"), Containers = Findings("container") };

        Assert.Empty(RepairPlan.Of(report, Chain(), force: false).Containers);

        var forced = RepairPlan.Of(report, Chain(), force: true);
        Assert.Equal(["container"], forced.Containers.Select(container => container.Value));
        Assert.Equal(["image"], forced.Images.Select(image => image.Value));
    }

    [Fact]
    public void Should_touch_nothing_of_additional_stores()
    {
        var report = CheckReport.Empty with { ReadOnlyLayers = Findings("a"), ReadOnlyImages = Findings("image") };

        var plan = RepairPlan.Of(report, Chain("a"), force: true);

        Assert.True(plan is { Containers: [], Images: [], Layers: [], StorageLayers: [] });
        Assert.False(report.IsClean);
        Assert.False(report.IsReadOnlyClean);
    }

    [Fact]
    public void Should_end_when_a_record_is_its_own_ancestor()
    {
        var report = CheckReport.Empty with { Layers = Findings("a", "b") };
        var records = Chain("a", "b") with
        {
            Layers = [Layer("a", "b"), Layer("b", "a")],
        };

        Assert.Equal(2, RepairPlan.Of(report, records, force: false).Layers.Length);
    }

    private static StoreRecords Chain(params string[] layers) => new(
        [.. layers.Select((layer, i) => Layer(layer, i == 0 ? null : layers[i - 1]))], [], []);

    private static LayerRecord Layer(string id, string? parent) =>
        new() { Id = new LayerId(id), Parent = parent is null ? null : new LayerId(parent) };

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Findings(params string[] ids) =>
        ids.ToImmutableSortedDictionary(id => id, _ => ImmutableArray.Create("damaged"), StringComparer.Ordinal);
}
