// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;

namespace ActorStorage.Disk.Archive;

/// <summary>The ways in which header fields and PAX records hold a number.</summary>
internal static class TarNumber
{
    /// <summary>Octal text, or two's complement when the highest bit of the first byte is set.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out long value) =>
        field[0] >= 0x80 ? TryParseBinary(field, out value) : TryParseOctal(field, out value);

    /// <summary>Blanks and NULs around the digits mean nothing; what follows a NUL behind them neither.</summary>
    public static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        var digits = field.Trim(" \0"u8);
        var end = digits.IndexOf((byte)0);
        if (end >= 0) digits = digits[..end];
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0) return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    /// <summary>Digits behind a sign or none, and nothing else.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;

    private static bool TryParseBinary(ReadOnlySpan<byte> field, out long value)
    {
        // The second highest bit of the first byte is the sign, the highest one only says that this is binary.
        var isNegative = (field[0] & 0x40) != 0;
        value = isNegative ? -1 : 0;
        for (var index = 0; index < field.Length; index++)
        {
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8)) return false;
            var digit = index > 0 ? field[index] : isNegative ? field[0] | 0x80 : field[0] & 0x7f;
            value = (value << 8) | (uint)digit;
        }
        return true;
    }
}
