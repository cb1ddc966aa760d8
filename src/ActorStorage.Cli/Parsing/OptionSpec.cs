// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Parsing;

internal enum OptionKind
{
    /// <summary>A boolean. It never takes the next argument.</summary>
    Flag,
    /// <summary>One value; the last occurrence wins.</summary>
    Text,
    /// <summary>Values that add up, one per occurrence.</summary>
    List,
}

/// <summary>One option: what it is called, what it takes, and what the usage says of it. Compared by
/// identity.</summary>
internal sealed class OptionSpec(OptionKind kind, string help, params string[] names)
{
    public OptionKind Kind { get; } = kind;
    public string Help { get; } = help;

    /// <summary>With their dashes, long ones first: the order in which usage shows them.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Spellings that still work and earn a warning. Usage does not show them.</summary>
    public IReadOnlyList<string> DeprecatedNames { get; init; } = [];

    /// <summary>The value when nobody gives one.</summary>
    public string Default { get; init; } = "";

    /// <summary>What usage is sorted by.</summary>
    public string SortKey => Names[0].TrimStart('-');
}
