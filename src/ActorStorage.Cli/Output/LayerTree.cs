// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Cli.Output;

/// <summary>A layer as a tree shows it.</summary>
/// <param name="Parent">The id of its parent, or empty.</param>
/// <param name="Notes">Lines below it: names, mount point.</param>
internal sealed record TreeLayer(string Id, string Parent, IReadOnlyList<string> Notes);

/// <summary>Layers below their parents. What hangs on nothing, or on a layer that is gone, starts a tree.</summary>
internal static class LayerTree
{
    private const string Base = "(base)";

    public static string Render(IReadOnlyList<TreeLayer> layers)
    {
        var known = layers.Select(layer => layer.Id).ToHashSet(StringComparer.Ordinal);
        var children = layers.ToLookup(layer => layer.Parent, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var root in layers.Select(layer => layer.Parent).Distinct().Where(parent => !known.Contains(parent)))
        {
            text.Append(root.Length == 0 ? Base : root).Append('\n');
            RenderBelow(text, root, children);
        }
        return text.ToString();
    }

    /// <summary>With a stack of its own: chains are longer than a thread's stack should have to bear.</summary>
    private static void RenderBelow(StringBuilder text, string root, ILookup<string, TreeLayer> children)
    {
        var pending = new Stack<(TreeLayer Layer, string Indent, bool IsLast)>();
        Push(root, "");
        while (pending.TryPop(out var next))
        {
            var (layer, indent, isLast) = next;
            var below = indent + (isLast ? "  " : "\u2502 ");
            text.Append(indent).Append(isLast ? "\u2514\u2500" : "\u251c\u2500").Append(layer.Id).Append('\n');
            foreach (var note in layer.Notes) text.Append(below).Append(note).Append('\n');
            Push(layer.Id, below);
        }

        void Push(string parent, string indent)
        {
            var siblings = children[parent].ToList();
            for (var i = siblings.Count - 1; i >= 0; i--) pending.Push((siblings[i], indent, i == siblings.Count - 1));
        }
    }
}
