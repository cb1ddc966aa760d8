// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>
/// What follows an entry's headers: the content of its file, or pieces of it with holes between them. Of whole files
/// the tar-split has the checksum only. Of files with holes it gets the bytes themselves, because nobody could tell
/// from the file how it was cut.
/// </summary>
/// <param name="failure">Makes a failure at the archive's current place.</param>
internal sealed class TarPayload(TarBytes bytes, TarSplitWriter? split, Func<string, StorageException> failure)
{
    private static readonly byte[] Zeros = new byte[1 << 16];
    private long _left;
    private SparseLayout? _layout;

    public bool HasHoles => _layout is not null;

    /// <param name="layout">Null for a file without holes.</param>
    public void Begin(long leftBytes, SparseLayout? layout) => (_left, _layout) = (leftBytes, layout);

    /// <summary>The next piece of the content, holes filled with zeros; empty at its end.</summary>
    public ReadOnlySpan<byte> Read()
    {
        if (_layout is not { } layout)
        {
            var piece = Take(_left);
            split?.Payload(piece);
            return piece;
        }
        if (layout.HoleBytes > 0)
        {
            var zeros = Zeros.AsSpan(0, (int)Math.Min(layout.HoleBytes, Zeros.Length));
            layout.Advance(zeros.Length);
            return zeros;
        }
        return ReadPiece(layout);
    }

    /// <summary>Goes to the end of the hole that comes next. How long it was; 0 when there is none.</summary>
    public long SkipHole()
    {
        if (_layout?.HoleBytes is not (> 0 and var hole)) return 0;
        _layout.Advance(hole);
        return hole;
    }

    /// <summary>Reads what is left.</summary>
    public void Finish()
    {
        while (_layout?.IsEmpty != true && (SkipHole() > 0 || !Read().IsEmpty))
        {
        }
        // The bytes of an empty file that belong nowhere are a fault only where it is read.
        while (Take(_left) is { IsEmpty: false } unused) split?.Segment(unused);
    }

    private ReadOnlySpan<byte> ReadPiece(SparseLayout layout)
    {
        if (layout.PieceBytes == 0)
        {
            if (_left > 0) throw failure("sparse file contains unreferenced data");
            return default;
        }
        if (_left == 0) throw failure("sparse file references non-existent data");
        var piece = Take(Math.Min(_left, layout.PieceBytes));
        layout.Advance(piece.Length);
        split?.Segment(piece);
        return piece;
    }

    private ReadOnlySpan<byte> Take(long countMax)
    {
        if (countMax == 0) return default;
        var piece = bytes.Take(countMax);
        if (piece.IsEmpty) throw failure("unexpected EOF");
        _left -= piece.Length;
        return piece;
    }
}
