// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace ActorStorage.Cli.Output;

/// <summary>
/// One compact JSON document as the Go tool writes it: no blanks, "&lt;", "&gt;" and "&amp;" escaped, everything else
/// outside ASCII kept as UTF-8, "null" for a list that is not there and "[]" for one that is empty.
/// </summary>
internal sealed class GoJson
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _needsComma;

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public static GoJson Of(string text) => new GoJson().Value(text);

    /// <param name="absentWhenEmpty">Whether an empty list is the absent one, which Go writes as "null".</param>
    public static GoJson Of(IReadOnlyCollection<string> texts, bool absentWhenEmpty)
    {
        var json = new GoJson();
        return texts.Count == 0 && absentWhenEmpty ? json.Raw("null"u8) : json.Values(texts);
    }

    public GoJson Open(char bracket)
    {
        Separate();
        Append(bracket);
        _needsComma = false;
        return this;
    }

    public GoJson Close(char bracket)
    {
        Append(bracket);
        _needsComma = true;
        return this;
    }

    public GoJson Key(string name)
    {
        Value(name);
        Append(':');
        _needsComma = false;
        return this;
    }

    public GoJson Value(string text)
    {
        Separate();
        Append('"');
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            // A byte of a name that is not UTF-8 is carried as a NUL and the byte.
            var isByte = GoQuote.IsByte(rest);
            var length = 2;
            if (!isByte && Rune.DecodeFromUtf16(rest, out var rune, out length) == OperationStatus.Done) Append(rune);
            else _bytes.Write("\\ufffd"u8);
            rest = rest[length..];
        }
        Append('"');
        return this;
    }

    public GoJson Values(IEnumerable<string> texts)
    {
        Open('[');
        foreach (var text in texts) Value(text);
        return Close(']');
    }

    public GoJson Value(bool value) => Raw(value ? "true"u8 : "false"u8);

    public GoJson Value(long value) => Raw(Encoding.ASCII.GetBytes(
        value.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>A value that is encoded already.</summary>
    public GoJson Raw(ReadOnlySpan<byte> encoded)
    {
        Separate();
        _bytes.Write(encoded);
        return this;
    }

    /// <summary>
    /// A record as its document holds it. The encoder of the documents writes backspace and form feed by number, the
    /// one of the command line by letter; nothing else differs.
    /// </summary>
    public GoJson Record(ReadOnlySpan<byte> encoded)
    {
        Separate();
        while (encoded.IndexOf((byte)'\\') is var escape and >= 0)
        {
            // Every escape begins with two bytes that belong together, so "\\u0008" cannot be mistaken for one.
            var (letter, length) = encoded[escape..] switch
            {
                var rest when rest.StartsWith("\\u0008"u8) => ("\\b"u8.ToArray(), 6),
                var rest when rest.StartsWith("\\u000c"u8) => ("\\f"u8.ToArray(), 6),
                var rest => (rest[..2].ToArray(), 2),
            };
            _bytes.Write(encoded[..escape]);
            _bytes.Write(letter);
            encoded = encoded[(escape + length)..];
        }
        _bytes.Write(encoded);
        return this;
    }

    private void Separate()
    {
        if (_needsComma) Append(',');
        _needsComma = true;
    }

    private void Append(Rune rune)
    {
        switch (rune.Value)
        {
            case '"': _bytes.Write("\\\""u8); break;
            case '\\': _bytes.Write("\\\\"u8); break;
            case '\b': _bytes.Write("\\b"u8); break;
            case '\f': _bytes.Write("\\f"u8); break;
            case '\n': _bytes.Write("\\n"u8); break;
            case '\r': _bytes.Write("\\r"u8); break;
            case '\t': _bytes.Write("\\t"u8); break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                _bytes.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
                break;
            default: _bytes.Advance(rune.EncodeToUtf8(_bytes.GetSpan(4))); break;
        }
    }

    private void Append(char ascii)
    {
        _bytes.GetSpan(1)[0] = (byte)ascii;
        _bytes.Advance(1);
    }
}
