// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>
/// Values of the kinds the documents hold. The reader stands on the value's first token and afterwards on its last;
/// null reads as the empty value; a value of another kind is a <see cref="JsonException"/>.
/// </summary>
internal static class JsonValue
{
    internal static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return "";
        Expect(ref reader, JsonTokenType.String);
        return JsonText.Read(ref reader);
    }

    internal static long Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return 0;
        Expect(ref reader, JsonTokenType.Number);
        return reader.TryGetInt64(out var number)
            ? number
            : throw new JsonException($"{Encoding.ASCII.GetString(reader.ValueSpan)} is not a whole number of 64 bits");
    }

    internal static Timestamp Date(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return Timestamp.Zero;
        var text = Text(ref reader);
        return Timestamp.TryParse(text, out var date)
            ? date
            : throw new JsonException($"{Quoted.Text(text)} is not a date of RFC 3339");
    }

    internal static ImmutableArray<string> Texts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        Expect(ref reader, JsonTokenType.StartArray);
        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) texts.Add(Text(ref reader));
        return texts.DrainToImmutable();
    }

    /// <summary>An object whose values are texts, put over what an earlier member of the same name held.</summary>
    internal static ImmutableSortedDictionary<string, string> TextMap(
        ref Utf8JsonReader reader, ImmutableSortedDictionary<string, string> before)
    {
        if (reader.TokenType == JsonTokenType.Null) return before.Clear();
        Expect(ref reader, JsonTokenType.StartObject);
        var map = before.ToBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = JsonText.Read(ref reader);
            reader.Read();
            map[key] = Text(ref reader);
        }
        return map.ToImmutable();
    }

    /// <summary>Likewise for whole numbers.</summary>
    internal static ImmutableSortedDictionary<string, long> NumberMap(
        ref Utf8JsonReader reader, ImmutableSortedDictionary<string, long> before)
    {
        if (reader.TokenType == JsonTokenType.Null) return before.Clear();
        Expect(ref reader, JsonTokenType.StartObject);
        var map = before.ToBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = JsonText.Read(ref reader);
            reader.Read();
            map[key] = Number(ref reader);
        }
        return map.ToImmutable();
    }

    internal static ImmutableArray<uint> Ids(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        Expect(ref reader, JsonTokenType.StartArray);
        var ids = ImmutableArray.CreateBuilder<uint>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var id = Number(ref reader);
            ids.Add(id is >= 0 and <= uint.MaxValue ? (uint)id : throw new JsonException($"{id} is not an id"));
        }
        return ids.DrainToImmutable();
    }

    internal static ImmutableArray<IdMap> Maps(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        Expect(ref reader, JsonTokenType.StartArray);
        var maps = ImmutableArray.CreateBuilder<IdMap>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) maps.Add(Map(ref reader));
        return maps.DrainToImmutable();
    }

    /// <summary>Null for the empty text.</summary>
    internal static LayerId? Layer(ref Utf8JsonReader reader) =>
        Text(ref reader) is { Length: > 0 } text ? LayerId.Recorded(text) : null;

    /// <summary>The bytes of the value, whatever it is.</summary>
    internal static ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    internal static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type) throw new JsonException($"expected {type}, found {reader.TokenType}");
    }

    private static IdMap Map(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var map = default(IdMap);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (Is(name, "container_id")) map = map with { ContainerId = Number(ref reader) };
            else if (Is(name, "host_id")) map = map with { HostId = Number(ref reader) };
            else if (Is(name, "size")) map = map with { Size = Number(ref reader) };
            else reader.Skip();
        }
        return map;
    }

    private static bool Is(string name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
}
