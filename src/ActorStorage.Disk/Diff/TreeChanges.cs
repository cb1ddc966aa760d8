// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>One of two trees that are compared.</summary>
/// <param name="Maps">How ids in the container lie on the host here: a file that only moved from one layer's maps to
/// another's has not changed.</param>
public sealed record TreeSide(DirectoryHandle Root, IdMaps Maps);

/// <summary>What changed from one tree to another, found by comparing them name by name.</summary>
public static class TreeChanges
{
    /// <param name="old">Null for an empty tree.</param>
    /// <returns>Sorted by the bytes of the paths. The roots themselves are not compared.</returns>
    public static IReadOnlyList<LayerChange> Find(
        IDisk disk, TreeSide? old, TreeSide now, CancellationToken cancellation)
    {
        using var comparison = new TreeComparison(disk, old, now);
        var changes = comparison.Run(cancellation);
        changes.Sort((left, right) => NameOrder.Instance.Compare(left.Path, right.Path));
        return changes;
    }
}
