// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Cli.Parsing;

/// <summary>Numbers of bytes as people write them: "1048576", "500M", "2GiB". Units are powers of 1024.</summary>
internal static class ByteCount
{
    /// <summary>The number, or null when the text is none, or one that does not fit.</summary>
    public static long? Parse(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var (number, unit) = digits < 0 ? (text, "") : (text[..digits], text[digits..]);
        int? shift = unit.ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 10,
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            "T" or "TB" or "TIB" => 40,
            _ => null,
        };
        return shift is { } bits
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= long.MaxValue >> bits
                ? count << bits
                : null;
    }
}
