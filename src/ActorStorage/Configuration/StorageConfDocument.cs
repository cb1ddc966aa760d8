// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Tomlyn;
using Tomlyn.Parsing;

namespace ActorStorage.Configuration;

/// <summary>One value of a document.</summary>
/// <param name="Key">Its place, joined by dots: <c>storage.options.size</c>.</param>
/// <param name="Value">A string, long, bool or double; a list of these; a dictionary for a table in a list; or
/// <see cref="StorageConfDocument.Table"/>, where a table begins whose values follow.</param>
/// <param name="Line">Where it stands, for people.</param>
internal readonly record struct ConfEntry(string Key, object Value, int Line);

/// <summary>
/// TOML text as a flat list of entries. The parser's events are taken as they come: this runs at every start, and
/// mapping by reflection would cost more than everything else about the file.
/// </summary>
internal sealed class StorageConfDocument
{
    public static readonly object Table = new();

    private readonly TomlParser _parser;
    private readonly List<ConfEntry> _entries = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private StorageConfDocument(string text) => _parser = TomlParser.Create(text);

    /// <exception cref="StorageException">Invalid: the text is no TOML; says why, not of which file.</exception>
    public static IReadOnlyList<ConfEntry> Parse(string text)
    {
        try
        {
            var document = new StorageConfDocument(text);
            while (document._parser.MoveNext())
            {
                if (document._parser.Current.Kind == TomlParseEventKind.StartTable) document.ReadTable("");
            }
            return document._entries;
        }
        catch (TomlException failure)
        {
            var first = failure.Diagnostics[0];
            throw new StorageException(
                StorageErrorKind.Invalid, $"toml: line {first.Span.Start.Line + 1}: {first.Message}");
        }
    }

    /// <summary>The failure of one entry, in the words of the Go tools.</summary>
    public static StorageException Failure(ConfEntry entry, string message) => new(
        StorageErrorKind.Invalid, $"toml: line {entry.Line} (last key {Quoted.Text(entry.Key)}): {message}");

    /// <summary>Behind the event that begins the table, up to the one that ends it.</summary>
    private void ReadTable(string prefix)
    {
        while (Next() != TomlParseEventKind.EndTable)
        {
            var line = _parser.Current.Line;
            var key = prefix + _parser.GetPropertyName();
            if (Next() == TomlParseEventKind.StartTable)
            {
                _entries.Add(new ConfEntry(key, Table, line));
                ReadTable(key + ".");
                continue;
            }
            var entry = new ConfEntry(key, ReadValue(), line);
            if (!_known.Add(key)) throw Failure(entry, $"Key '{key}' has already been defined.");
            _entries.Add(entry);
        }
    }

    private object ReadValue() => _parser.Current.Kind switch
    {
        TomlParseEventKind.String => _parser.GetString(),
        TomlParseEventKind.Integer => _parser.Current.GetInt64(),
        TomlParseEventKind.Boolean => _parser.Current.GetBoolean(),
        TomlParseEventKind.Float => _parser.Current.GetDouble(),
        TomlParseEventKind.DateTime => _parser.Current.GetTomlDateTime(),
        TomlParseEventKind.StartArray => ReadList(),
        TomlParseEventKind.StartTable => ReadTableInList(),
        var other => throw new InvalidOperationException($"{other} is no value"),
    };

    private List<object> ReadList()
    {
        var list = new List<object>();
        while (Next() != TomlParseEventKind.EndArray) list.Add(ReadValue());
        return list;
    }

    private Dictionary<string, object> ReadTableInList()
    {
        var table = new Dictionary<string, object>(StringComparer.Ordinal);
        while (Next() != TomlParseEventKind.EndTable)
        {
            var key = _parser.GetPropertyName();
            Next();
            table[key] = ReadValue();
        }
        return table;
    }

    private TomlParseEventKind Next() =>
        _parser.MoveNext() ? _parser.Current.Kind : throw new InvalidOperationException("the document has no end");
}
