// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Upkeep;

/// <summary>The findings about things of one kind, as they come.</summary>
/// <param name="kind">What a line begins with, in front of the id: <c>layer</c>, <c>read-only image</c>.</param>
internal sealed class CheckFindings(string kind)
{
    private readonly Dictionary<string, List<string>> _lines = new(StringComparer.Ordinal);

    internal void Add(string id, string what) => Repeat(id, [$"{kind} {id}: {what}"]);

    /// <summary>Lines of something else that are this thing's trouble as well.</summary>
    internal void Repeat(string id, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        if (!_lines.TryGetValue(id, out var found)) _lines.Add(id, found = []);
        found.AddRange(lines);
    }

    internal IReadOnlyList<string> Of(string id) => _lines.TryGetValue(id, out var found) ? found : [];

    /// <summary>What was deleted while it was looked at was not damaged.</summary>
    internal void DropAllBut(IReadOnlySet<string> recorded)
    {
        foreach (var id in _lines.Keys.Where(id => !recorded.Contains(id)).ToList()) _lines.Remove(id);
    }

    internal ImmutableSortedDictionary<string, ImmutableArray<string>> ToReport() => _lines.ToImmutableSortedDictionary(
        each => each.Key, each => each.Value.ToImmutableArray(), StringComparer.Ordinal);
}
