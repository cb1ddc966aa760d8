// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The pieces of a file with holes as its payload begins with them: decimal numbers, each with a line feed behind it.
/// The first says how many pieces follow, then come offset and length of each.
/// </summary>
internal sealed class SparseList
{
    private readonly List<SparsePiece> _pieces = [];
    private readonly ArrayBufferWriter<byte> _number = new();
    private long? _count;
    private long? _offset;
    private bool _isMalformed;

    public int Bytes { get; private set; }

    /// <summary>Whether the list goes on in the next block.</summary>
    public bool NeedsMore => !_isMalformed && (_count is not { } count || _pieces.Count < count);

    /// <summary>Null when the list is malformed.</summary>
    public List<SparsePiece>? Pieces => _isMalformed ? null : _pieces;

    public void Add(ReadOnlySpan<byte> block)
    {
        Bytes += block.Length;
        while (NeedsMore)
        {
            var end = block.IndexOf((byte)'\n');
            _number.Write(end < 0 ? block : block[..end]);
            if (end < 0) return;
            block = block[(end + 1)..];
            if (TarNumber.TryParseDecimal(_number.WrittenSpan, out var number)) Add(number);
            else _isMalformed = true;
            _number.ResetWrittenCount();
        }
    }

    private void Add(long number)
    {
        if (_count is null)
        {
            _count = number;
            _isMalformed = number < 0;
        }
        else if (_offset is not { } offset)
        {
            _offset = number;
        }
        else
        {
            _pieces.Add(new SparsePiece(offset, number));
            _offset = null;
        }
    }
}
