// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Disk;

/// <summary>Text from outside, made safe to stand in a message: quoted, control characters escaped, cut at
/// 200.</summary>
public static class Quoted
{
    private const int LengthMax = 200;

    public static string Text(string? text)
    {
        if (text is null) return "\"\"";
        var quoted = new StringBuilder("\"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, LengthMax)))
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when char.IsControl(c) => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }
        return quoted.Append(text.Length > LengthMax ? "...\"" : "\"").ToString();
    }
}
