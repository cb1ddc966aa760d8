// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Upkeep;

/// <summary>Puts the trees of layers on top of each other, as the overlay file system shows them.</summary>
internal static class ExpectedLayers
{
    /// <summary>The whole tree. It shares what did not change with both, which must not change any more.</summary>
    /// <param name="below">A whole tree itself; null for none.</param>
    internal static ExpectedNode Merge(ExpectedNode? below, ExpectedNode layer) =>
        // A layer cannot hide everything below it: the mark means nothing on its own directory.
        below is null ? Settle(layer) : Stack(below, layer);

    private static ExpectedNode MergeDirectories(ExpectedNode below, ExpectedNode above) =>
        above.IsOpaque ? Settle(above) : Stack(below, above);

    private static ExpectedNode Stack(ExpectedNode below, ExpectedNode above)
    {
        var children = new Dictionary<string, ExpectedNode>(below.Children, StringComparer.Ordinal);
        foreach (var (name, node) in above.Children)
        {
            if (node.IsWhiteout) children.Remove(name);
            else if (node.IsDirectory && children.TryGetValue(name, out var covered) && covered.IsDirectory)
                children[name] = MergeDirectories(covered, node);
            else children[name] = Settle(node);
        }
        return above.With(children);
    }

    /// <summary>A tree that covers nothing: its marks are not seen.</summary>
    private static ExpectedNode Settle(ExpectedNode node)
    {
        if (!node.IsDirectory) return node;
        Dictionary<string, ExpectedNode>? children = null;
        foreach (var (name, child) in node.Children)
        {
            var settled = child.IsWhiteout ? null : Settle(child);
            if (ReferenceEquals(settled, child)) continue;
            children ??= new Dictionary<string, ExpectedNode>(node.Children, StringComparer.Ordinal);
            if (settled is null) children.Remove(name);
            else children[name] = settled;
        }
        return children is null ? node : node.With(children);
    }
}
