// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorStorage.Cli.Output;

/// <summary>Text between quotation marks as Go's %q writes it, of any length: what can be printed stays.</summary>
internal static class GoQuote
{
    /// <param name="text">Bytes that are not UTF-8 are in it as names of files carry them: a NUL and the byte.</param>
    public static string Of(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (IsByte(rest))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)rest[1]:x2}");
                rest = rest[2..];
                continue;
            }
            var isCharacter = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            quoted.Append(isCharacter ? Escaped(rune) : "\\ufffd");
            rest = rest[length..];
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Whether the text goes on with a byte of a name that is not UTF-8.</summary>
    internal static bool IsByte(ReadOnlySpan<char> text) => text is ['\0', >= (char)0x80 and <= (char)0xff, ..];

    private static string Escaped(Rune rune) => rune.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < 0x20 or 0x7f => Numbered("\\x{0:x2}", rune),
        _ when IsPrintable(rune) => rune.ToString(),
        < 0x10000 => Numbered("\\u{0:x4}", rune),
        _ => Numbered("\\U{0:x8}", rune),
    };

    private static string Numbered(string format, Rune rune) =>
        string.Format(CultureInfo.InvariantCulture, format, rune.Value);

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => false,
        _ => true,
    };
}
