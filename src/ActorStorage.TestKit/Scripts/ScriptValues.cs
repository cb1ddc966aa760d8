// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ActorStorage.TestKit.Scripts;

/// <summary>What a script knows by name.</summary>
internal sealed partial class ScriptValues(IReadOnlyDictionary<string, string>? known)
{
    private readonly Dictionary<string, string> _values = new(known ?? new Dictionary<string, string>());

    public void Set(string name, string value) => _values[name] = value;

    /// <summary>The name under which a text of a pattern takes the value; null when it takes none.</summary>
    public static string? Taken(string text) =>
        Taking().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The text with the values in it.</summary>
    /// <exception cref="KeyNotFoundException">One is not known.</exception>
    public string Fill(string text) => Known().Replace(
        text, match => match.Groups[1].Success ? ValueOf(match.Groups[1].Value) : "${");

    /// <summary>A copy with the values in its texts.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(
            fields.Select(field => KeyValuePair.Create(field.Key, Fill(field.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Fill)]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(Fill(text)),
        _ => node?.DeepClone(),
    };

    private string ValueOf(string name)
    {
        if (_values.TryGetValue(name, out var value)) return value;
        var known = string.Join(", ", _values.Keys.Order(StringComparer.Ordinal));
        throw new KeyNotFoundException($"${{{name}}} is not known; known are {known}");
    }

    [GeneratedRegex(@"^\$\{([\w.-]+)=\}$", RegexOptions.CultureInvariant)]
    private static partial Regex Taking();

    [GeneratedRegex(@"\$\$\{|\$\{([\w.-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
