// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Reads a tar-split record by record, ours or the Go tools'. Memory holds one record. The source stays open. Whatever
/// is wrong with it ends in <see cref="StorageErrorKind.Corrupt"/>.
/// </summary>
public sealed class TarSplitReader : IDisposable
{
    private const int BufferBytes = 256 << 10;
    private const int RecordBytesMax = 64 << 20;
    private const int FileType = 1;
    private const int SegmentType = 2;
    private const int HeaderBytes = 512;
    private const int HeaderTypeOffset = 156;
    private readonly BlobSource _source;
    private readonly Decoder _decoder;
    private byte[] _text = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private bool _ended;
    private byte[] _payload = [];
    private int _payloadBytes;
    private long _records;
    private byte _lastHeaderType;
    private bool _disposed;

    public TarSplitReader(Stream source)
    {
        _source = new BlobSource(source, hashed: false);
        _decoder = new GzipDecoder(_source, Inflater.Open(_source));
        // A complete gzip of nothing is the tar-split of an empty blob; a file without a byte was never written.
        if (!_source.Peek(1).IsEmpty) return;
        Dispose();
        throw new StorageException(StorageErrorKind.Corrupt, "tar-split: the file is empty");
    }

    /// <summary>Name of the file, as the archive has it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What the file's header said; it may lie for anything but a regular file.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Checksum of the file's content, see <see cref="TarSplitChecksum"/>.</summary>
    public ulong Crc64 { get; private set; }

    /// <summary>
    /// Whether the archive has the file's bytes: headers of links and directories may name a size that means nothing,
    /// and the checksum of no bytes is zero. One file in 2^64 has it too, or one made to, so the header's type tells.
    /// </summary>
    public bool IsStored => SizeBytes > 0 && (Crc64 != 0 || _lastHeaderType switch
    {
        (byte)'0' => true,
        0 => !Name.EndsWith('/'),
        _ => false,
    });

    /// <summary>The bytes of a segment, good until the next call.</summary>
    public ReadOnlySpan<byte> Segment => _payload.AsSpan(0, _payloadBytes);

    public TarSplitRecord Next()
    {
        while (true)
        {
            SkipBlanks();
            if (_start == _end && !Fill()) return TarSplitRecord.End;
            if (_text.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n"u8) < 0) continue;
            SkipBlanks();
            var record = ReadRecord();
            // Other types are for other readers.
            if (record == TarSplitRecord.End) continue;
            // A segment in front of a file ends with the file's header.
            if (record == TarSplitRecord.Segment && _payloadBytes >= HeaderBytes)
                _lastHeaderType = Segment[^(HeaderBytes - HeaderTypeOffset)];
            return record;
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _decoder.Dispose();
        _source.Dispose();
        ArrayPool<byte>.Shared.Return(_text);
        _text = [];
    }

    private void SkipBlanks()
    {
        var blanks = _text.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n"u8);
        _start = blanks < 0 ? _end : _start + blanks;
    }

    private TarSplitRecord ReadRecord()
    {
        while (true)
        {
            try
            {
                // A record that is not there as a whole is read again from its start when more has come.
                var json = new Utf8JsonReader(_text.AsSpan(_start, _end - _start), _ended, state: default);
                if (TryParse(ref json, out var type))
                {
                    _start += (int)json.BytesConsumed;
                    _records++;
                    return type switch
                    {
                        FileType => TarSplitRecord.File,
                        SegmentType => TarSplitRecord.Segment,
                        _ => TarSplitRecord.End,
                    };
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                throw Corrupt("is malformed", e);
            }
            if (!Fill()) throw Corrupt("is cut short");
        }
    }

    /// <summary>False when the text ends before the record does.</summary>
    private bool TryParse(ref Utf8JsonReader json, out int type)
    {
        type = 0;
        Name = "";
        SizeBytes = 0;
        Crc64 = 0;
        _payloadBytes = 0;
        var isRaw = false;
        if (!json.Read()) return false;
        if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("a record is not an object");
        while (true)
        {
            if (!json.Read()) return false;
            if (json.TokenType == JsonTokenType.EndObject) break;
            var field = FieldOf(ref json);
            if (field == Field.Other ? !json.TrySkip() : !json.Read()) return false;
            switch (field)
            {
                case Field.Type: type = json.GetInt32(); break;
                case Field.Size: SizeBytes = json.GetInt64(); break;
                case Field.Payload: ReadPayload(ref json); break;
                case Field.RawName:
                    Name = EntryText.Decode(json.GetBytesFromBase64());
                    isRaw = true;
                    break;
                case Field.Name when !isRaw: Name = json.GetString() ?? ""; break;
            }
        }
        if (type == FileType && _payloadBytes == sizeof(ulong)) Crc64 = BinaryPrimitives.ReadUInt64BigEndian(Segment);
        else if (type == FileType && _payloadBytes > 0) throw new FormatException("a checksum has not eight bytes");
        return true;
    }

    private void ReadPayload(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType != JsonTokenType.String) throw new FormatException("a payload is not text");
        if (json.ValueIsEscaped)
        {
            _payload = json.GetBytesFromBase64();
            _payloadBytes = _payload.Length;
            return;
        }
        var encoded = json.ValueSpan;
        var size = Base64.GetMaxDecodedFromUtf8Length(encoded.Length);
        if (_payload.Length < size) _payload = new byte[size];
        if (Base64.DecodeFromUtf8(encoded, _payload, out _, out _payloadBytes) != OperationStatus.Done)
            throw new FormatException("a payload is not base64");
    }

    private static Field FieldOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("type"u8) ? Field.Type
        : json.ValueTextEquals("name"u8) ? Field.Name
        : json.ValueTextEquals("name_raw"u8) ? Field.RawName
        : json.ValueTextEquals("size"u8) ? Field.Size
        : json.ValueTextEquals("payload"u8) ? Field.Payload
        : Field.Other;

    /// <summary>More text behind what is there; false at its end.</summary>
    private bool Fill()
    {
        if (_ended) return false;
        if (_start > 0)
        {
            _text.AsSpan(_start, _end - _start).CopyTo(_text);
            _end -= _start;
            _start = 0;
        }
        if (_end == _text.Length) Grow();
        int count;
        try
        {
            count = _decoder.Read(_text.AsSpan(_end));
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.InvalidArchive)
        {
            throw Corrupt($"cannot be read ({e.Message})", e);
        }
        _ended = count == 0;
        _end += count;
        return count > 0;
    }

    private void Grow()
    {
        if (_text.Length >= RecordBytesMax) throw Corrupt($"is longer than {RecordBytesMax} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(_text.Length * 2);
        _text.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_text);
        _text = larger;
    }

    private StorageException Corrupt(string what, Exception? cause = null) =>
        new(StorageErrorKind.Corrupt, $"tar-split: record {_records} {what}", cause: cause);

    private enum Field
    {
        Other,
        Type,
        Name,
        RawName,
        Size,
        Payload,
    }
}
