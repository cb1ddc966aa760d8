// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>The bytes of an archive, piece by piece. Headers and padding are kept for the segment.</summary>
/// <param name="read">Told, with each piece, how many bytes there were until then.</param>
internal sealed class TarBytes(ReadAhead blob, Action<long> read) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private ReadOnlyMemory<byte> _piece;
    private int _position;
    private long _read;

    public long OffsetBytes => _read - (_piece.Length - _position);

    public ReadOnlySpan<byte> Kept => _kept.WrittenSpan;

    public void Forget() => _kept.ResetWrittenCount();

    /// <summary>A view of the next bytes, as many as are there up to a count; empty at the end.</summary>
    public ReadOnlySpan<byte> Take(long countMax)
    {
        if (_position == _piece.Length) Fill();
        var count = (int)Math.Min(countMax, _piece.Length - _position);
        _position += count;
        return _piece.Span.Slice(_position - count, count);
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
        blob.Dispose();
        _piece = default;
        _position = 0;
    }

    private void Fill()
    {
        _position = 0;
        _piece = default;
        _piece = blob.Next();
        _read += _piece.Length;
        read(_read);
    }
}
