// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorStorage.Cluster.Protocol;

namespace ActorStorage.TestKit.Scripts;

/// <summary>From a text to steps. Nothing is sent before all of it can be read.</summary>
internal sealed partial class ScriptReader(string script)
{
    private static readonly TimeSpan WithinAtFirst = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WithinMax = TimeSpan.FromDays(1);
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };
    private readonly List<ScriptStep> _steps = [];
    private TimeSpan _within = WithinAtFirst;
    private (int Line, char Direction, string Name, StringBuilder Json)? _message;

    public Script Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++) ReadLine(i + 1, lines[i].TrimEnd());
        EndMessage();
        return new Script(script, _steps);
    }

    private void ReadLine(int number, string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            EndMessage();
            return;
        }
        if (char.IsWhiteSpace(line[0]))
        {
            if (_message is not { } message) throw Fault(number, "a blank goes on with a message, and there is none");
            message.Json.Append('\n').Append(line);
            return;
        }
        EndMessage();
        switch (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            case [">" or "<", var name, ..]: BeginMessage(number, line, name); break;
            case ["within", var time]: _within = TimeOf(number, time); break;
            case ["archive", .. var words]: _steps.Add(ArchiveOf(number, words)); break;
            default: throw Fault(number, $"not a message (>, <), within, archive or a comment (#): {line}");
        }
    }

    private void BeginMessage(int number, string line, string name)
    {
        if (!NodeJson.Names.Contains(name))
        {
            var names = string.Join(", ", NodeJson.Names.Order(StringComparer.Ordinal));
            throw Fault(number, $"there is no message {name}; there are {names}");
        }
        var behind = line.IndexOf(name, StringComparison.Ordinal) + name.Length;
        _message = (number, line[0], name, new StringBuilder(line[behind..]));
    }

    private void EndMessage()
    {
        if (_message is not { } message) return;
        _message = null;
        var body = JsonOf(message.Line, message.Json.ToString());
        if (message.Direction == '<' && PatternFields.Fault(message.Name, body) is { } fault)
            throw Fault(message.Line, fault);
        _steps.Add(message.Direction == '>'
            ? new ScriptStep.Send(message.Line, message.Name, body, _within)
            : new ScriptStep.Expect(message.Line, message.Name, body));
    }

    private JsonObject JsonOf(int line, string json)
    {
        if (string.IsNullOrWhiteSpace(json)) return new JsonObject();
        try
        {
            return JsonNode.Parse(json, documentOptions: Once) as JsonObject
                ?? throw Fault(line, "a message is a JSON object");
        }
        catch (JsonException fault)
        {
            throw Fault(line + (int)(fault.LineNumber ?? 0), $"this is no JSON: {fault.Message}");
        }
    }

    private TimeSpan TimeOf(int line, string text)
    {
        if (Time().Match(text) is not { Success: true } match)
            throw Fault(line, $"within takes a time such as 500ms, 5s or 2m, and not {text}");
        var number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var time = match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            _ => TimeSpan.FromMinutes(number),
        };
        return time <= WithinMax ? time : throw Fault(line, $"{text} is more than {WithinMax.TotalHours} hours");
    }

    private ScriptStep.MakeArchive ArchiveOf(int line, string[] words) => words switch
    {
        [var name, "small", var seed] => new(line, name, "small", Number(line, seed), 0),
        [var name, "files" or "large", var seed, var size] =>
            new(line, name, words[1], Number(line, seed), Number(line, size)),
        _ => throw Fault(line, "archive NAME small SEED, NAME files SEED COUNT or NAME large SEED MEGABYTES"),
    };

    private int Number(int line, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault(line, $"{text} is no number");

    private ScriptException Fault(int line, string text) => new(script, line, text);

    [GeneratedRegex(@"^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$", RegexOptions.CultureInvariant)]
    private static partial Regex Time();
}
