// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace ActorStorage.Soak;

/// <summary>What is counted, and what was found. There is one of a run.</summary>
/// <param name="say">Is told of a finding at once, because by the end the root is another.</param>
internal sealed class Figures(Action<string> say)
{
    private readonly ConcurrentDictionary<(string Table, string Row), int> _counts = new();
    private readonly ConcurrentQueue<string> _findings = new();

    public int Findings => _findings.Count;

    public void Count(string table, string row, int by = 1) => _counts.AddOrUpdate((table, row), by, (_, n) => n + by);

    public int Of(string table) => _counts.Where(each => each.Key.Table == table).Sum(each => each.Value);

    public void Find(string kind, string text)
    {
        Count("findings", kind);
        _findings.Enqueue($"{kind}: {text}");
        say($"FOUND {kind}: {text}");
    }

    /// <summary>More about what was found.</summary>
    public void Say(string line) => say(line);

    public IEnumerable<string> FindingsAsText() => _findings;

    public override string ToString()
    {
        var lines = new List<string>();
        foreach (var table in _counts.GroupBy(each => each.Key.Table).OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            lines.Add($"{table.Key}: {table.Sum(each => each.Value)}");
            lines.AddRange(table.OrderBy(each => each.Key.Row, StringComparer.Ordinal)
                .Select(each => $"  {each.Key.Row}: {each.Value}"));
        }
        lines.Add($"lost updates: {_counts.GetValueOrDefault(("findings", "lost update"))}");
        lines.Add($"findings: {Findings}");
        return string.Join('\n', lines);
    }
}
