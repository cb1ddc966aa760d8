// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Parsing;

/// <summary>How reading the options at the front of a list of arguments ended.</summary>
internal abstract record OptionsRead
{
    /// <summary>Everything up to the first positional argument was understood.</summary>
    public sealed record Done(IReadOnlyList<string> Rest, IReadOnlyList<string> DeprecatedNames) : OptionsRead;

    /// <summary>Somebody asked for help with an option that is not defined as one.</summary>
    public sealed record HelpWanted : OptionsRead;

    /// <summary>An argument made no sense. A bundle may complain twice: of the letter, then of itself.</summary>
    public sealed record Failed(IReadOnlyList<string> Messages) : OptionsRead;
}

/// <summary>
/// Reads options the way the Go tool does: long ones with two dashes, bundles of letters, values by "=" or as the next
/// argument, and no option behind the first positional argument.
/// </summary>
internal sealed class OptionParser
{
    private readonly Dictionary<string, OptionSpec> _byName = [];
    private readonly OptionValues _values;
    private readonly List<string> _rest;
    private readonly List<string> _deprecated = [];

    private OptionParser(IEnumerable<OptionSpec> options, OptionValues values, IEnumerable<string> arguments)
    {
        foreach (var option in options)
        {
            foreach (var name in option.Names) _byName[name] = option;
            foreach (var name in option.DeprecatedNames) _byName[name] = option;
        }
        _values = values;
        _rest = [.. arguments];
    }

    public static OptionsRead Read(
        IEnumerable<OptionSpec> options, OptionValues values, IEnumerable<string> arguments) =>
        new OptionParser(options, values, arguments).Read();

    private OptionsRead Read()
    {
        while (_rest.Count > 0)
        {
            var argument = _rest[0];
            if (argument.Length < 2 || argument[0] != '-') break;
            _rest.RemoveAt(0);
            if (argument == "--") break;
            if (ReadOne(argument) is { } end) return end;
        }
        return new OptionsRead.Done(_rest, _deprecated);
    }

    private OptionsRead? ReadOne(string argument)
    {
        if (argument[1] == '=') return Failure($"bad flag syntax: {argument}");
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        var value = equals < 0 ? null : Unquoted(argument[(equals + 1)..]);
        if (_byName.TryGetValue(name, out var option)) return Apply(option, name, value);
        if (name is "-h" or "--help") return new OptionsRead.HelpWanted();
        return name.StartsWith("--", StringComparison.Ordinal) || name.Length == 2 ? Undefined(name) : ReadBundle(name);
    }

    /// <summary>Each letter on its own; a value behind "=" belongs to none of them and is dropped.</summary>
    private OptionsRead? ReadBundle(string bundle)
    {
        foreach (var letter in bundle.AsSpan(1))
        {
            var name = $"-{letter}";
            if (_byName.TryGetValue(name, out var option))
            {
                // What a letter did before a bad one stays done, and the bundle as a whole is then named as unknown.
                if (Apply(option, name, null) is { } failed)
                {
                    return new OptionsRead.Failed([.. failed.Messages, UndefinedText(bundle)]);
                }
            }
            else
            {
                return letter == 'h' ? new OptionsRead.HelpWanted() : Undefined(bundle);
            }
        }
        return null;
    }

    private OptionsRead.Failed? Apply(OptionSpec option, string name, string? value)
    {
        if (value is null && option.Kind == OptionKind.Flag)
        {
            value = "true";
        }
        else if (value is null)
        {
            if (_rest.Count == 0) return Failure($"flag needs an argument: {name}");
            value = _rest[0];
            _rest.RemoveAt(0);
        }
        if (_values.Set(option, name, value) is { } fault) return Failure(fault);
        if (option.DeprecatedNames.Contains(name)) _deprecated.Add(name);
        return null;
    }

    /// <summary>One pair of outer quotes goes, if both are there and the same.</summary>
    private static string Unquoted(string text) =>
        text.Length >= 2 && (text[0] is '"' or '\'') && text[^1] == text[0] ? text[1..^1] : text;

    private static string UndefinedText(string name) => $"flag provided but not defined: {name}";

    private static OptionsRead.Failed Undefined(string name) => Failure(UndefinedText(name));

    private static OptionsRead.Failed Failure(string message) => new([message]);
}
