// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>JSON string contents as Go's encoder writes them by default: also safe inside HTML.</summary>
internal static class TarSplitText
{
    /// <param name="text">Valid UTF-8.</param>
    public static void Escape(ReadOnlySpan<byte> text, IBufferWriter<byte> target)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Special);
            if (plain < 0) plain = text.Length;
            target.Write(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) return;
            text = text[WriteEscaped(text, target)..];
        }
    }

    // 0xe2 starts U+2028 and U+2029, which end a line in JavaScript; most characters it starts are harmless.
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(each => (byte)each), .. "\"\\<>&"u8, 0xe2]);

    /// <summary>How many bytes of the text the escape stands for.</summary>
    private static int WriteEscaped(ReadOnlySpan<byte> text, IBufferWriter<byte> target)
    {
        if (text[0] == 0xe2)
        {
            var isSeparator = text is [_, 0x80, 0xa8 or 0xa9, ..];
            target.Write(!isSeparator ? text[..1] : text[2] == 0xa8 ? "\\u2028"u8 : "\\u2029"u8);
            return isSeparator ? 3 : 1;
        }
        switch (text[0])
        {
            case (byte)'"': target.Write("\\\""u8); break;
            case (byte)'\\': target.Write("\\\\"u8); break;
            case (byte)'\n': target.Write("\\n"u8); break;
            case (byte)'\r': target.Write("\\r"u8); break;
            case (byte)'\t': target.Write("\\t"u8); break;
            case (byte)'\b': target.Write("\\b"u8); break;
            case (byte)'\f': target.Write("\\f"u8); break;
            default:
                const string Digits = "0123456789abcdef";
                target.Write([.. "\\u00"u8, (byte)Digits[text[0] >> 4], (byte)Digits[text[0] & 15]]);
                break;
        }
        return 1;
    }
}
