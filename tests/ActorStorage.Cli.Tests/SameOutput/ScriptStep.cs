// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>How a step's output is compared. Scripts/README.md says what each is for.</summary>
[Flags]
public enum Comparison
{
    Exact = 0,
    Sorted = 1,
    First = 2,
    Says = 4,
    Code = 8,
    Bare = 16,
    Unzip = 32,
    Feed = 64,
}

/// <summary>One line of a script: a command and how its output is compared.</summary>
public sealed partial record ScriptStep(string Line, Comparison Comparison, IReadOnlyList<string> Arguments)
{
    public static IEnumerable<ScriptStep> ReadAll(string path) => File.ReadAllLines(path)
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && !line.StartsWith('#'))
        .Select(Parse);

    private static ScriptStep Parse(string line)
    {
        var comparison = Comparison.Exact;
        var rest = line;
        while (Prefix().Match(rest) is { Success: true } match)
        {
            comparison |= Enum.Parse<Comparison>(match.Groups[1].Value, ignoreCase: true);
            rest = rest[match.Length..];
        }
        return new ScriptStep(line, comparison, Words(rest));
    }

    /// <summary>Words between blanks; double quotes hold a word with blanks, or an empty one, together.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quoted, started) = (false, false);
        foreach (var character in text)
        {
            if (character == '"')
            {
                quoted = !quoted;
                started = true;
            }
            else if (character == ' ' && !quoted)
            {
                if (started) words.Add(word.ToString());
                word.Clear();
                started = false;
            }
            else
            {
                word.Append(character);
                started = true;
            }
        }
        if (started) words.Add(word.ToString());
        return words;
    }

    [GeneratedRegex("^(sorted|first|says|code|bare|unzip|feed):( |$)")]
    private static partial Regex Prefix();
}
