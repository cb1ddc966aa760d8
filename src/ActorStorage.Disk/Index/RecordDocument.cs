// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>Reads one record.</summary>
/// <param name="json">The whole document.</param>
/// <param name="reader">Stands on the opening brace, and afterwards on the closing one.</param>
internal delegate TRecord RecordReader<TRecord>(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    where TRecord : StoredRecord;

/// <summary>
/// The text of a document of layers, images or containers to records and back. Records that were read and not changed
/// are written from the very bytes they were read from, members unknown to this version included.
/// </summary>
public static class RecordDocument
{
    internal const int PieceBytes = 1 << 18;

    // What the Go tools accept at most; nothing here recurses.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };

    /// <param name="document">Which one it is.</param>
    /// <inheritdoc cref="Parse{TRecord}"/>
    public static ImmutableArray<LayerRecord> ParseLayers(
        ReadOnlyMemory<byte> json, string path, DocumentKind document) =>
        Parse(json, path, (ReadOnlyMemory<byte> whole, ref Utf8JsonReader reader) =>
            LayerRecordReader.Read(whole, ref reader, document));

    /// <inheritdoc cref="Parse{TRecord}"/>
    public static ImmutableArray<ImageRecord> ParseImages(ReadOnlyMemory<byte> json, string path) =>
        Parse(json, path, ImageRecordReader.Read);

    /// <param name="document">Which one it is.</param>
    /// <inheritdoc cref="Parse{TRecord}"/>
    public static ImmutableArray<ContainerRecord> ParseContainers(
        ReadOnlyMemory<byte> json, string path, DocumentKind document) =>
        Parse(json, path, (ReadOnlyMemory<byte> whole, ref Utf8JsonReader reader) =>
            ContainerRecordReader.Read(whole, ref reader, document));

    /// <summary>The records as one document: no indentation, no newline at the end.</summary>
    public static byte[] Write(IReadOnlyCollection<StoredRecord> records)
    {
        using var document = new MemoryStream();
        Write(records.Select(record => record.Encoded), document.Write);
        return document.ToArray();
    }

    /// <summary>Likewise in pieces of <see cref="PieceBytes"/>, the last one shorter. A document of a large store in
    /// one array would make the runtime collect all of its memory every few commits, while the lock is held.</summary>
    /// <param name="encoded">Records, or several of them with commas in between.</param>
    /// <param name="write">Gets a view that is good until it returns.</param>
    internal static void Write(IEnumerable<ReadOnlyMemory<byte>> encoded, Action<ReadOnlySpan<byte>> write)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var length = 0;
            Append("["u8);
            var isFirst = true;
            foreach (var records in encoded)
            {
                if (!isFirst) Append(","u8);
                isFirst = false;
                Append(records.Span);
            }
            Append("]"u8);
            write(piece.AsSpan(0, length));

            void Append(ReadOnlySpan<byte> bytes)
            {
                while (bytes.Length > PieceBytes - length)
                {
                    bytes[..(PieceBytes - length)].CopyTo(piece.AsSpan(length));
                    bytes = bytes[(PieceBytes - length)..];
                    write(piece.AsSpan(0, PieceBytes));
                    length = 0;
                }
                bytes.CopyTo(piece.AsSpan(length));
                length += bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <param name="json">The file. It must not change afterwards: the records keep slices of it.</param>
    /// <param name="path">Where it was read from, for messages.</param>
    /// <exception cref="StorageException">Corrupt: the bytes are not such a document.</exception>
    private static ImmutableArray<TRecord> Parse<TRecord>(
        ReadOnlyMemory<byte> json, string path, RecordReader<TRecord> read)
        where TRecord : StoredRecord
    {
        if (json.IsEmpty) return [];
        try
        {
            return ParseRecords(json, read);
        }
        catch (Exception cause) when (cause is JsonException or StorageException or InvalidOperationException)
        {
            var message = $"loading {Quoted.Text(path)}: {cause.Message}";
            throw new StorageException(StorageErrorKind.Corrupt, message, path, cause);
        }
    }

    private static ImmutableArray<TRecord> ParseRecords<TRecord>(ReadOnlyMemory<byte> json, RecordReader<TRecord> read)
        where TRecord : StoredRecord
    {
        var reader = new Utf8JsonReader(json.Span, Options);
        var records = ImmutableArray.CreateBuilder<TRecord>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.Null)
        {
            JsonValue.Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                JsonValue.Expect(ref reader, JsonTokenType.StartObject);
                var start = (int)reader.TokenStartIndex;
                var record = read(json, ref reader);
                record.ReadFrom(json[start..(int)reader.BytesConsumed]);
                records.Add(record);
            }
        }
        if (reader.Read()) throw new JsonException("there is more behind the end");
        return records.DrainToImmutable();
    }
}
