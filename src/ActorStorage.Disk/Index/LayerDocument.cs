// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The text of layers.json or volatile-layers.json to records and back. Records that were read and not changed are
/// written from the very bytes they were read from, members unknown to this version included.
/// </summary>
public static class LayerDocument
{
    // What the Go tools accept at most; nothing here recurses.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };

    /// <param name="json">The file. It must not change afterwards: the records keep slices of it.</param>
    /// <param name="path">Where it was read from, for messages.</param>
    /// <param name="isVolatile">Whether the records belong to volatile-layers.json.</param>
    /// <exception cref="StorageException">Corrupt: the bytes are not such a document.</exception>
    public static ImmutableArray<LayerRecord> Parse(ReadOnlyMemory<byte> json, string path, bool isVolatile)
    {
        if (json.IsEmpty) return [];
        try
        {
            return Parse(json, isVolatile);
        }
        catch (Exception cause) when (cause is JsonException or StorageException or InvalidOperationException)
        {
            throw new StorageException(StorageErrorKind.Corrupt, $"loading {path}: {cause.Message}", path, cause);
        }
    }

    /// <summary>The records as one document: no indentation, no newline at the end.</summary>
    public static byte[] Write(IReadOnlyCollection<LayerRecord> records)
    {
        var length = 2L + Math.Max(0, records.Count - 1);
        foreach (var record in records) length += record.Encoded.Length;
        var document = GC.AllocateUninitializedArray<byte>(checked((int)length));
        var rest = document.AsSpan();
        var separator = (byte)'[';
        foreach (var record in records)
        {
            rest[0] = separator;
            record.Encoded.Span.CopyTo(rest[1..]);
            rest = rest[(1 + record.Encoded.Length)..];
            separator = (byte)',';
        }
        if (records.Count == 0)
        {
            rest[0] = separator;
            rest = rest[1..];
        }
        rest[0] = (byte)']';
        return document;
    }

    private static ImmutableArray<LayerRecord> Parse(ReadOnlyMemory<byte> json, bool isVolatile)
    {
        var reader = new Utf8JsonReader(json.Span, Options);
        var records = ImmutableArray.CreateBuilder<LayerRecord>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.Null)
        {
            JsonValue.Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                JsonValue.Expect(ref reader, JsonTokenType.StartObject);
                records.Add(LayerRecordReader.Read(json, ref reader, isVolatile));
            }
        }
        if (reader.Read()) throw new JsonException("there is more behind the end");
        return records.DrainToImmutable();
    }
}
