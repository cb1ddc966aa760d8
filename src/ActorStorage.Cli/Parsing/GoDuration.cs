// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;

namespace ActorStorage.Cli.Parsing;

/// <summary>Durations as Go writes them: "300ms", "1m30s", "1.5h", "0".</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Go counts nanoseconds in 64 bits, with room for one more below zero than above.
    private const decimal TicksMax = long.MaxValue / 100m;
    private const decimal TicksMaxNegative = TicksMax + 0.01m;

    /// <summary>The duration, or null when the text is none, or one that Go cannot hold: some 292 years.</summary>
    public static TimeSpan? Parse(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest is "0") return TimeSpan.Zero;
        if (rest.IsEmpty) return null;
        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0) return null;
            var isNumber = decimal.TryParse(
                rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
            rest = rest[digits..];
            if (!isNumber || Unit(ref rest) is not { } unit || number > TicksMaxNegative / unit) return null;
            ticks += number * unit;
            if (ticks > (negative ? TicksMaxNegative : TicksMax)) return null;
        }
        var duration = TimeSpan.FromTicks((long)ticks);
        return negative ? -duration : duration;
    }

    /// <summary>Ticks per unit of what stands in front, which it takes away.</summary>
    private static decimal? Unit(ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAny(NumberCharacters);
        var name = length < 0 ? rest : rest[..length];
        decimal? unit = name switch
        {
            "ns" => 0.01m,
            "us" or "\u00b5s" or "\u03bcs" => TimeSpan.TicksPerMicrosecond,
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => null,
        };
        rest = rest[name.Length..];
        return unit;
    }
}
