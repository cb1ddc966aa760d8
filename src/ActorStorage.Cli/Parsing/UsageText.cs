// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Cli.Parsing;

/// <summary>
/// Usage, in its two parts: what is said on the output stream, and the option table, which goes to the error stream.
/// </summary>
internal static class UsageText
{
    public const string Program = "actor-storage";
    private const int ColumnMin = 20;
    private const int ColumnGap = 3;

    /// <summary>Everything but the option table.</summary>
    public static string Overview(IReadOnlyList<CommandSpec> commands)
    {
        var text = new StringBuilder($"Usage: {Program} command [options [...]]\n\nCommands:\n\n");
        var width = commands.Max(command => command.Name.Length) + ColumnGap;
        foreach (var command in commands)
        {
            text.Append("  ").Append(command.Name.PadRight(width)).Append(command.Summary).Append('\n');
        }
        return text.Append("\nOptions:\n").ToString();
    }

    /// <param name="nameAsTyped">The name or the alias, whichever was used.</param>
    public static string Command(CommandSpec command, string nameAsTyped) =>
        $"Usage: {Program} {nameAsTyped} {command.Synopsis}\n\n{command.Summary}\n\nOptions:\n";

    /// <param name="values">Where the values shown behind the names come from.</param>
    public static string OptionTable(IEnumerable<OptionSpec> options, OptionValues values)
    {
        var rows = options.OrderBy(option => option.SortKey, StringComparer.OrdinalIgnoreCase)
            .Select(option => (Left: Left(option, values.Shown(option)), option.Help)).ToList();
        var width = Math.Max(ColumnMin, rows.Max(row => row.Left.Length) + ColumnGap);
        var text = new StringBuilder("\n");
        foreach (var (left, help) in rows) text.Append(left.PadRight(width)).Append(' ').Append(help).Append('\n');
        return text.ToString();
    }

    private static string Left(OptionSpec option, string shown)
    {
        var names = "  " + string.Join(", ", option.Names);
        return shown.Length == 0 ? names : $"{names}={WithTilde(shown)}";
    }

    private static string WithTilde(string text)
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        return !string.IsNullOrEmpty(home) && home != "/" && text.StartsWith(home, StringComparison.Ordinal)
            ? $"~{text[home.Length..]}"
            : text;
    }
}
