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
        if (texts.Count == 0 && absentWhenEmpty) return json.Raw("null"u8);
        json.Open('[');
        foreach (var text in texts) json.Value(text);
        return json.Close(']');
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
        foreach (var rune in text.EnumerateRunes()) Append(rune);
        Append('"');
        return this;
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
            // What is no character is written as an escape; a real U+FFFD cannot be told apart any more.
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 or 0xfffd:
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
