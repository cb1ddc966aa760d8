// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Parsing;

/// <summary>The values that options have so far. Options nobody gave have their defaults.</summary>
internal sealed class OptionValues
{
    private readonly Dictionary<OptionSpec, string> _single = [];
    private readonly Dictionary<OptionSpec, List<string>> _lists = [];

    public bool Flag(OptionSpec option) => Text(option) == "true";

    public string Text(OptionSpec option) => _single.GetValueOrDefault(option, option.Default);

    public IReadOnlyList<string> List(OptionSpec option) => _lists.GetValueOrDefault(option) ?? [];

    /// <summary>Gives an option a value, or why the text is none.</summary>
    public string? Set(OptionSpec option, string nameAsTyped, string text)
    {
        switch (option.Kind)
        {
            case OptionKind.List:
                Append(option, text);
                return null;
            case OptionKind.Text:
                _single[option] = text;
                return null;
            default:
                if (ParseBoolean(text) is { } value) _single[option] = value ? "true" : "false";
                else return BadBoolean(nameAsTyped, text);
                return null;
        }
    }

    public void Append(OptionSpec option, string text)
    {
        if (!_lists.TryGetValue(option, out var list)) _lists[option] = list = [];
        list.Add(text);
    }

    public void Clear(OptionSpec option)
    {
        _single.Remove(option);
        _lists.Remove(option);
    }

    /// <summary>The values of this moment.</summary>
    public OptionValues Copy()
    {
        var copy = new OptionValues();
        foreach (var (option, value) in _single) copy._single.Add(option, value);
        foreach (var (option, values) in _lists) copy._lists.Add(option, [.. values]);
        return copy;
    }

    /// <summary>The value as usage shows it behind the names; empty when there is nothing worth showing.</summary>
    public string Shown(OptionSpec option) => option.Kind switch
    {
        OptionKind.List => $"[{string.Join(' ', List(option))}]",
        OptionKind.Flag => Flag(option) ? "true" : "",
        _ => Text(option) is "0" ? "" : Text(option),
    };

    private static bool? ParseBoolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    // Two blanks and the words of Go's parser: scripts compare the whole line.
    private static string BadBoolean(string name, string text) =>
        $"invalid boolean value {Disk.Quoted.Text(text)} for  {name}: " +
        $"strconv.ParseBool: parsing {Disk.Quoted.Text(text)}: invalid syntax";
}
