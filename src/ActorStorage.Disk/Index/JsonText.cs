// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ActorStorage.Disk.Index;

/// <summary>
/// JSON strings, byte for byte as the Go tools write them and as tolerantly as they read them. The encoder of this
/// runtime escapes other characters, and its reader refuses text that is not UTF-8, which the Go tools replace.
/// </summary>
internal static class JsonText
{
    private const string Replacement = "\ufffd";
    private static readonly SearchValues<char> NotPlain = SearchValues.Create(Escaped().ToArray());

    /// <summary>Writes the text with its quotes.</summary>
    internal static void Write(IBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        var rest = text.AsSpan();
        while (true)
        {
            var plain = rest.IndexOfAny(NotPlain);
            Encoding.UTF8.GetBytes(plain < 0 ? rest : rest[..plain], to);
            if (plain < 0) break;
            rest = rest[plain..];
            rest = rest[WriteEscaped(to, rest)..];
        }
        to.Write("\""u8);
    }

    /// <summary>Writes a list of texts.</summary>
    internal static void Write(IBufferWriter<byte> to, IReadOnlyCollection<string> texts)
    {
        var separator = "["u8;
        foreach (var text in texts)
        {
            to.Write(separator);
            Write(to, text);
            separator = ","u8;
        }
        to.Write(texts.Count == 0 ? "[]"u8 : "]"u8);
    }

    /// <summary>The string or member name the reader stands on.</summary>
    internal static string Read(ref Utf8JsonReader reader) => Decode(reader.ValueSpan, reader.ValueIsEscaped);

    private static IEnumerable<char> Escaped()
    {
        for (var c = '\0'; c < ' '; c++) yield return c;
        foreach (var c in "\"\\<>&\u2028\u2029") yield return c;
        for (var c = '\ud800'; c <= '\udfff'; c++) yield return c;
    }

    /// <summary>Writes the first character of the text; how many chars it took.</summary>
    private static int WriteEscaped(IBufferWriter<byte> to, ReadOnlySpan<char> text)
    {
        var c = text[0];
        if (char.IsSurrogate(c))
        {
            var valid = Rune.DecodeFromUtf16(text, out _, out var length) == OperationStatus.Done;
            if (valid) Encoding.UTF8.GetBytes(text[..length], to);
            else to.Write("\\ufffd"u8);
            return length;
        }
        switch (c)
        {
            case '"': to.Write("\\\""u8); break;
            case '\\': to.Write("\\\\"u8); break;
            case '\n': to.Write("\\n"u8); break;
            case '\r': to.Write("\\r"u8); break;
            case '\t': to.Write("\\t"u8); break;
            default: Encoding.UTF8.GetBytes($"\\u{(int)c:x4}", to); break;   // backspace and form feed too
        }
        return 1;
    }

    private static string Decode(ReadOnlySpan<byte> bytes, bool escaped)
    {
        if (!escaped && Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == '\\')
            {
                bytes = bytes[ReadEscape(bytes, text)..];
                continue;
            }
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
                text.Append(rune.ToString());
            else
                text.Insert(text.Length, Replacement, length);      // one for each byte, as Go counts
            bytes = bytes[length..];
        }
        // A lone half of a pair, written as an escape, is no character.
        return text.ToString().EnumerateRunes().Aggregate(
            new StringBuilder(text.Length), (all, rune) => all.Append(rune.ToString())).ToString();
    }

    /// <summary>Appends what an escape stands for; how many bytes it took. The reader has checked its form.</summary>
    private static int ReadEscape(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        if (bytes[1] == 'u')
        {
            text.Append((char)((Hex(bytes[2]) << 12) | (Hex(bytes[3]) << 8) | (Hex(bytes[4]) << 4) | Hex(bytes[5])));
            return 6;
        }
        text.Append((char)bytes[1] switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            var itself => itself,
        });
        return 2;
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
