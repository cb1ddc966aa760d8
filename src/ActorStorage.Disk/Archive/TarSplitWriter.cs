// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text.Unicode;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Writes down what an archive holds besides the contents of its files: a gzip of JSON lines, alternately raw segments
/// and file records, with which the archive can be rebuilt from the extracted files. Disposing completes it; the target
/// stays open.
/// </summary>
public sealed class TarSplitWriter : IDisposable
{
    private const int FlushAt = 1 << 16;
    private const int PiecesAhead = 8;
    private const int EncodedPieceBytes = 3 << 13;      // whole groups of three, so that pieces join without padding
    private readonly GzipOutput _gzip;
    private readonly Behind<Piece> _behind;
    private readonly Func<bool> _hasSpareCore;
    private readonly ArrayBufferWriter<byte> _text = new();     // small: most layers of an image need little
    private readonly Crc64 _sum = TarSplitChecksum.Create();
    private readonly NameSet _names = new();
    private long _position;
    private bool _hasThread;
    private bool _hasEnded;

    /// <param name="hasSpareCore">Whether a second thread may compress and write what comes together; a failure to do
    /// so is then thrown a little later, by <see cref="Complete"/> at the latest.</param>
    public TarSplitWriter(Stream target, Func<bool>? hasSpareCore = null)
    {
        _hasSpareCore = hasSpareCore ?? (static () => false);
        _gzip = new GzipOutput(target, CompressionLevel.Fastest);
        _behind = new Behind<Piece>("tar-split", PiecesAhead, piece => _gzip.Write(piece.Bytes.Span));
    }

    /// <summary>Bytes that belong to no file; a few MiB at most, as readers take a record as a whole.</summary>
    public void Segment(ReadOnlySpan<byte> bytes)
    {
        Write("{\"type\":2,\"payload\":\""u8);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, EncodedPieceBytes)];
            Encode(piece);
            bytes = bytes[piece.Length..];
        }
        EndRecord("\""u8);
    }

    /// <summary>A member whose payload is its file's content.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="sizeBytes">What its header says.</param>
    /// <param name="crc64">Of the payload, see <see cref="TarSplitChecksum"/>.</param>
    /// <exception cref="StorageException">InvalidArchive: two members lead to the same path.</exception>
    public void File(string name, long sizeBytes, ulong crc64)
    {
        var bytes = EntryText.Encode(name);
        if (!_names.Add(EntryText.Clean(name)))
        {
            throw new StorageException(
                StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(name)}: duplicates of file paths not supported");
        }
        Write("{\"type\":1"u8);
        WriteName(bytes);
        if (sizeBytes != 0)
        {
            Write(",\"size\":"u8);
            WriteNumber(sizeBytes);
        }
        Write(",\"payload\":"u8);
        if (sizeBytes <= 0)
        {
            EndRecord("null"u8);
            return;
        }
        Span<byte> sum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(sum, crc64);
        Write("\""u8);
        Encode(sum);
        EndRecord("\""u8);
    }

    /// <summary>Writes the end of the file; the target stays open.</summary>
    public void Complete()
    {
        if (_hasEnded) return;
        Flush();
        _behind.Drain();
        _hasEnded = true;
        _gzip.Dispose();
    }

    /// <summary>As <see cref="Complete"/>, unless that was called.</summary>
    public void Dispose()
    {
        try
        {
            Complete();
        }
        finally
        {
            _behind.Dispose();
        }
    }

    internal void BeginFile() => _sum.Reset();

    internal void Payload(ReadOnlySpan<byte> piece) => _sum.Append(piece);

    internal void EndFile(string name, long sizeBytes) => File(name, sizeBytes, _sum.GetCurrentHashAsUInt64());

    private void WriteName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return;
        if (Utf8.IsValid(name))
        {
            Write(",\"name\":\""u8);
            TarSplitText.Escape(name, _text);
        }
        else
        {
            Write(",\"name_raw\":\""u8);
            Encode(name);
        }
        Write("\""u8);
    }

    private void EndRecord(ReadOnlySpan<byte> payloadEnd)
    {
        Write(payloadEnd);
        Write(",\"position\":"u8);
        WriteNumber(_position++);
        Write("}\n"u8);
    }

    private void WriteNumber(long value)
    {
        Utf8Formatter.TryFormat(value, _text.GetSpan(20), out var written);
        _text.Advance(written);
    }

    private void Encode(ReadOnlySpan<byte> bytes)
    {
        var target = _text.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, target, out _, out var written);
        _text.Advance(written);
        if (_text.WrittenCount >= FlushAt) Flush();
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        _text.Write(text);
        if (_text.WrittenCount >= FlushAt) Flush();
    }

    private void Flush()
    {
        if (_text.WrittenCount == 0) return;
        // What is little is not worth a thread.
        _hasThread = _hasThread || _text.WrittenCount >= FlushAt && _hasSpareCore();
        if (_hasThread) _behind.Add(new Piece(_text.WrittenSpan));
        else _gzip.Write(_text.WrittenSpan);
        _text.ResetWrittenCount();
    }

    private sealed class Piece : IDisposable
    {
        private readonly byte[] _bytes;

        public Piece(ReadOnlySpan<byte> bytes)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(_bytes);
            Bytes = _bytes.AsMemory(0, bytes.Length);
        }

        public ReadOnlyMemory<byte> Bytes { get; }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
    }
}
