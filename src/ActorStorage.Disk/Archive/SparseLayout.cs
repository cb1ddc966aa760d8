// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>One stretch of a file with holes whose bytes the archive has.</summary>
internal readonly record struct SparsePiece(long Offset, long LengthBytes)
{
    public long End => Offset + LengthBytes;
}

/// <summary>Walks through a file with holes from its start to its end: what comes next, and how much of it.</summary>
internal sealed class SparseLayout
{
    private readonly List<SparsePiece> _pieces;
    private readonly long _sizeBytes;
    private long _position;
    private int _next;

    private SparseLayout(List<SparsePiece> pieces, long sizeBytes) => (_pieces, _sizeBytes) = (pieces, sizeBytes);

    /// <summary>How far it is to the next piece, or to the end of the file; 0 inside a piece.</summary>
    public long HoleBytes =>
        Math.Max(0, (_next < _pieces.Count ? _pieces[_next].Offset : _sizeBytes) - _position);

    public bool IsEmpty => _sizeBytes == 0;

    /// <summary>How much is left of the piece; 0 in a hole and at the end.</summary>
    public long PieceBytes => HoleBytes > 0 || _next == _pieces.Count ? 0 : _pieces[_next].End - _position;

    /// <summary>Null when pieces overlap, are in disorder or lie behind the end.</summary>
    public static SparseLayout? Of(List<SparsePiece> pieces, long sizeBytes)
    {
        if (sizeBytes < 0) return null;
        long end = 0;
        foreach (var piece in pieces)
        {
            if (piece.LengthBytes < 0 || piece.Offset < end) return null;
            if (piece.Offset > sizeBytes - piece.LengthBytes) return null;
            end = piece.End;
        }
        pieces.RemoveAll(piece => piece.LengthBytes == 0);
        return new SparseLayout(pieces, sizeBytes);
    }

    public void Advance(long countBytes)
    {
        _position += countBytes;
        if (_next < _pieces.Count && _position == _pieces[_next].End) _next++;
    }
}
