// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Soak;

/// <summary>What a change makes of one fact; null: it is no more.</summary>
internal readonly record struct Change(string Key, string? Value);

/// <summary>An operation that nobody was told the end of.</summary>
internal sealed record Doubt(Work Work, IReadOnlyList<Change> Changes);

/// <summary>
/// Every change that somebody was told of, ours and theirs, kept outside the root: facts by their keys. Each key has
/// one writer, who waits for the answer before he writes again; so there is always one right value, or two while nobody
/// knows whether a killed process came to its end. A file beside the root has it line by line, for people.
/// </summary>
internal sealed class Ledger(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _lines = new(path);
    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _doubts = new(StringComparer.Ordinal);
    private readonly List<Doubt> _doubted = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Item, string Line)> _history = [];

    public IReadOnlyList<Doubt> Doubted
    {
        get
        {
            lock (_gate) return [.. _doubted];
        }
    }

    public IReadOnlyDictionary<string, string> Facts
    {
        get
        {
            lock (_gate) return new Dictionary<string, string>(_facts, StringComparer.Ordinal);
        }
    }

    public bool Has(string key)
    {
        lock (_gate) return _facts.ContainsKey(key);
    }

    public string? ValueOf(string key)
    {
        lock (_gate) return _facts.GetValueOrDefault(key);
    }

    /// <summary>Whether a writer has ever drawn this id.</summary>
    public bool Knows(string id)
    {
        lock (_gate) return _ids.Contains(id);
    }

    /// <summary>A fact and all that stand below it.</summary>
    public string[] Below(string key)
    {
        lock (_gate)
        {
            return [.. _facts.Keys.Where(each =>
                each == key || each.StartsWith(key + "/", StringComparison.Ordinal))];
        }
    }

    /// <summary>The last who wrote to an item, each with when he began and when he was answered: for a change that was
    /// lost somebody of them has written what he had read before.</summary>
    public IEnumerable<string> LastOf(string item, int count)
    {
        lock (_gate) return [.. _history.Where(each => each.Item == item).Select(each => each.Line).TakeLast(count)];
    }

    /// <param name="began">Null for what took no time.</param>
    public void Record(
        string tool, Work work, IReadOnlyList<Change> changes, Ending ending, DateTime? began = null)
    {
        lock (_gate)
        {
            var now = DateTime.UtcNow;
            var line = $"{began ?? now:HH:mm:ss.fff}-{now:HH:mm:ss.fff} {tool} {ending}: {work}";
            _lines.WriteLine(line);
            _history.Add((work.Item, line));
            _ids.UnionWith(changes.Select(change => change.Key.Split('/')[1]));
            if (ending == Ending.Done) Apply(changes);
            if (ending != Ending.Unknown) return;
            foreach (var change in changes) _doubts[change.Key] = change.Value;
            _doubted.Add(new Doubt(work, changes));
        }
    }

    /// <summary>What a killed process did not finish was finished by another one.</summary>
    public void Settle(Doubt doubt)
    {
        lock (_gate)
        {
            foreach (var change in doubt.Changes) _doubts.Remove(change.Key);
            Apply(doubt.Changes);
        }
    }

    /// <summary>Compares; what was in doubt is afterwards as it was seen.</summary>
    /// <param name="isSeen">Whether a key is of those that can be seen this time.</param>
    /// <returns>What is not as it was acknowledged.</returns>
    public IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string> seen, Func<string, bool> isSeen)
    {
        var lost = new List<string>();
        lock (_gate)
        {
            foreach (var key in _facts.Keys.Union(_doubts.Keys).Union(seen.Keys).Where(isSeen).ToArray())
            {
                var (wanted, there) = (_facts.GetValueOrDefault(key), seen.GetValueOrDefault(key));
                var isRight = there == wanted || (_doubts.TryGetValue(key, out var other) && there == other);
                if (!isRight) lost.Add($"{key} is {there ?? "not there"} and was acknowledged as {wanted ?? "gone"}");
                // Said once.
                Apply([new Change(key, there)]);
                _doubts.Remove(key);
            }
            _lines.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} compared: {seen.Count} seen, {lost.Count} lost");
            foreach (var line in lost) _lines.WriteLine($"  {line}");
            _lines.Flush();
        }
        return lost;
    }

    /// <summary>All that was in doubt has been looked at.</summary>
    public void EndDoubts()
    {
        lock (_gate)
        {
            _doubts.Clear();
            _doubted.Clear();
        }
    }

    /// <summary>The end of a container was in doubt, and now it is known.</summary>
    public void ForgetFilesOfTheGone()
    {
        lock (_gate)
        {
            var gone = _facts.Keys.Where(key => key.Contains("/file/", StringComparison.Ordinal)
                && !_facts.ContainsKey(key[..key.IndexOf("/file/", StringComparison.Ordinal)]));
            foreach (var key in gone.ToArray()) _facts.Remove(key);
        }
    }

    public void Dispose() => _lines.Dispose();

    private void Apply(IReadOnlyList<Change> changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value is null) _facts.Remove(key);
            else _facts[key] = value;
        }
    }
}
