// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>
/// Walks the members of one record. Member names match whatever their case, and the last of two equal members wins,
/// except that two <c>flags</c> objects are merged: this is how the Go tools read.
/// </summary>
/// <param name="json">The whole document.</param>
internal struct MemberReader(ReadOnlyMemory<byte> json, MemberNames names)
{
    private int _expected;

    /// <summary>The number of the member, or <see cref="MemberNames.Unknown"/>.</summary>
    internal int Member { get; private set; }

    /// <summary>Its name as it was written, with its quotes.</summary>
    internal ReadOnlyMemory<byte> Name { get; private set; }

    /// <param name="reader">Stands on the opening brace or behind a value, and afterwards on the next value or on the
    /// closing brace.</param>
    internal bool Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject) return false;
        var start = (int)reader.TokenStartIndex;
        Name = json[start..(start + reader.ValueSpan.Length + 2)];
        Member = reader.ValueIsEscaped
            ? names.Find(Encoding.UTF8.GetBytes(JsonText.Read(ref reader)), _expected)
            : names.Find(reader.ValueSpan, _expected);
        if (Member != MemberNames.Unknown) _expected = Member + 1;
        return reader.Read();
    }

    /// <summary>The member as it stands, to be kept.</summary>
    internal readonly UnknownField Unknown(ref Utf8JsonReader reader) => new(Name, JsonValue.Raw(json, ref reader));

    internal readonly RecordFlags Flags(ref Utf8JsonReader reader, RecordFlags before)
    {
        if (reader.TokenType == JsonTokenType.Null) return RecordFlags.Empty;
        JsonValue.Expect(ref reader, JsonTokenType.StartObject);
        var flags = before;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            flags = flags.WithRaw(name, JsonValue.Raw(json, ref reader));
        }
        return flags;
    }
}
