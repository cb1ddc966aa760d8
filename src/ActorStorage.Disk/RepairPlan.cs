// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk;

/// <summary>
/// What has to be deleted so that nothing damaged is left, in this order. Nothing is ever mended in place, and nothing
/// of additional stores is touched. Something that is gone when its turn comes was deleted with what was before it.
/// </summary>
/// <param name="Containers">None unless damaged containers may go too.</param>
/// <param name="Images">Each with the layers that only it needs.</param>
/// <param name="Layers">Children before their parents.</param>
/// <param name="StorageLayers">Directories without a record, to be removed from the driver's home.</param>
public sealed record RepairPlan(
    ImmutableArray<ContainerId> Containers,
    ImmutableArray<ImageId> Images,
    ImmutableArray<LayerId> Layers,
    ImmutableArray<LayerId> StorageLayers)
{
    /// <param name="records">Those that were checked.</param>
    /// <param name="force">Whether damaged containers may be deleted.</param>
    public static RepairPlan Of(CheckReport report, StoreRecords records, bool force)
    {
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var layer in records.Layers)
            parents.TryAdd(layer.Id.Value, layer.Parent?.Value);
        var unknown = report.StorageLayers.Select(layer => layer.Value).ToHashSet(StringComparer.Ordinal);
        return new RepairPlan(
            force ? [.. report.Containers.Keys.Select(id => new ContainerId(id))] : [],
            [.. report.Images.Keys.Select(id => new ImageId(id))],
            [
                .. report.Layers.Keys
                    .Where(id => !unknown.Contains(id))
                    .OrderByDescending(id => Depth(parents, id))
                    .Select(id => LayerId.Recorded(id)),
            ],
            report.StorageLayers);
    }

    /// <summary>How many layers are below this one; all others, when a record is its own ancestor.</summary>
    private static int Depth(Dictionary<string, string?> parents, string layer)
    {
        var depth = 0;
        for (var at = parents.GetValueOrDefault(layer); at is not null && depth <= parents.Count; depth++)
            at = parents.GetValueOrDefault(at);
        return depth;
    }
}
