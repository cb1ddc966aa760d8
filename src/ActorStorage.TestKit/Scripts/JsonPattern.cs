// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace ActorStorage.TestKit.Scripts;

/// <summary>Compares a message with what a script says of it, see <see cref="Script"/>. Protobuf's JSON has no fields
/// with the value that their type has at first, and long numbers are texts.</summary>
internal sealed class JsonPattern(ScriptValues values)
{
    private const string Anything = "*";
    private const string AndMore = "...";
    private readonly List<string> _differences = [];

    /// <summary>One line for each difference; none when it is as expected.</summary>
    /// <exception cref="KeyNotFoundException">The pattern names a value that is not known.</exception>
    public static IReadOnlyList<string> Differences(JsonNode? pattern, JsonNode? actual, ScriptValues values)
    {
        var comparison = new JsonPattern(values);
        comparison.Compare(pattern, actual, "");
        return comparison._differences;
    }

    private void Compare(JsonNode? pattern, JsonNode? actual, string path)
    {
        switch (pattern)
        {
            case null:
                if (actual is not null) Differ(path, "nothing", actual);
                break;
            case JsonObject fields: CompareObject(fields, actual, path); break;
            case JsonArray elements: CompareArray(elements, actual, path); break;
            default: CompareValue((JsonValue)pattern, actual, path); break;
        }
    }

    private void CompareObject(JsonObject fields, JsonNode? actual, string path)
    {
        if (actual is not (JsonObject or null))
        {
            Differ(path, "an object", actual);
            return;
        }
        foreach (var (name, pattern) in fields)
            Compare(pattern, (actual as JsonObject)?[name], path.Length == 0 ? name : $"{path}.{name}");
    }

    private void CompareArray(JsonArray patterns, JsonNode? actual, string path)
    {
        if (actual is not (JsonArray or null))
        {
            Differ(path, "a list", actual);
            return;
        }
        var elements = (actual as JsonArray) ?? [];
        var mayHaveMore = patterns.LastOrDefault() is JsonValue last && TextOf(last) == AndMore;
        var count = patterns.Count - (mayHaveMore ? 1 : 0);
        if (mayHaveMore ? elements.Count < count : elements.Count != count)
        {
            Differ(path, $"{count} elements{(mayHaveMore ? " or more" : "")}", actual);
            return;
        }
        for (var i = 0; i < count; i++) Compare(patterns[i], elements[i], $"{path}[{i}]");
    }

    private void CompareValue(JsonValue pattern, JsonNode? actual, string path)
    {
        var text = TextOf(pattern);
        var found = actual switch
        {
            null => null,
            JsonValue value => TextOf(value),
            _ => actual.ToJsonString(),
        };
        if (text == Anything || ScriptValues.Taken(text) is not null)
        {
            if (found is null) Differ(path, "something", actual);
            else if (ScriptValues.Taken(text) is { } name) values.Set(name, found);
            return;
        }
        var expected = values.Fill(text);
        if (found is null ? expected is not ("" or "0" or "false") : expected != found)
            Differ(path, $"\"{expected}\"", actual);
    }

    private void Differ(string path, string expected, JsonNode? actual) =>
        _differences.Add($"{path}: expected {expected}, got {actual?.ToJsonString() ?? "nothing"}");

    private static string TextOf(JsonValue value) =>
        value.TryGetValue(out string? text) ? text : value.ToJsonString();
}
