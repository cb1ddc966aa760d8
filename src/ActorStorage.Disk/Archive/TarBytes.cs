// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>The bytes of an archive in one large buffer. Headers and padding are kept for the segment.</summary>
/// <param name="read">Told, after each time that the buffer was filled, how many bytes there were until then.</param>
internal sealed class TarBytes(BlobReader blob, Action<long> read) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly ArrayBufferWriter<byte> _kept = new();
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _position;
    private int _end;
    private long _read;

    public long OffsetBytes => _read - (_end - _position);

    public ReadOnlySpan<byte> Kept => _kept.WrittenSpan;

    public void Forget() => _kept.ResetWrittenCount();

    /// <summary>A view of the next bytes, as many as are there up to a count; empty at the end.</summary>
    public ReadOnlySpan<byte> Take(long countMax)
    {
        if (_position == _end) Fill();
        var count = (int)Math.Min(countMax, _end - _position);
        _position += count;
        return _buffer.AsSpan(_position - count, count);
    }

    /// <summary>The next block, kept for the segment. Shorter, or empty, when the archive ends within it.</summary>
    public ReadOnlySpan<byte> TakeBlock()
    {
        var count = Keep(TarHeader.BlockBytes);
        return Kept[^count..];
    }

    /// <summary>Keeps the next bytes for the segment. How many there were.</summary>
    public int Keep(int count)
    {
        // Kept piece by piece as it arrives, so that a false size costs no memory.
        var left = count;
        while (left > 0 && Take(left) is { IsEmpty: false } piece)
        {
            _kept.Write(piece);
            left -= piece.Length;
        }
        return count - left;
    }

    public void Dispose()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _position = _end = 0;
    }

    private void Fill()
    {
        _position = _end = 0;
        while (_end < BufferBytes && blob.Read(_buffer.AsSpan(_end, BufferBytes - _end)) is > 0 and var count)
            _end += count;
        _read += _end;
        read(_read);
    }
}
