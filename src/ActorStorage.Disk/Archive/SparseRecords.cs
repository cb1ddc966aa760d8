// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>Where a file with holes has the list of its pieces.</summary>
internal enum SparseFormat
{
    /// <summary>There are no holes, or a version that nobody knows: the payload is the file.</summary>
    None,
    /// <summary>GNU tar's 0.0 and 0.1: in the PAX records.</summary>
    InRecords,
    /// <summary>1.0: in the first blocks of the payload.</summary>
    InPayload,
}

/// <summary>What PAX records say of the holes in a file: all whose keys begin with <see cref="Prefix"/>.</summary>
internal sealed class SparseRecords
{
    internal const string Prefix = "GNU.sparse.";
    private readonly ArrayBufferWriter<byte> _pieces = new();
    private string _major = "";
    private string _minor = "";
    private string _sizeBytes = "";
    private string _realSizeBytes = "";
    private byte[] _count = [];
    private byte[] _map = [];
    private bool _isLengthDue;

    /// <summary>The name of the file; empty when that is the entry's own.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Of the file with its holes, as text; empty when it is the entry's own.</summary>
    public string SizeBytes => _sizeBytes.Length > 0 ? _sizeBytes : _realSizeBytes;

    public SparseFormat Format => (_major, _minor) switch
    {
        ("0", "0" or "1") => SparseFormat.InRecords,
        ("1", "0") => SparseFormat.InPayload,
        // The two older versions do not always say which they are.
        ("", "") when Map.Length > 0 => SparseFormat.InRecords,
        _ => SparseFormat.None,
    };

    private ReadOnlySpan<byte> Map => _pieces.WrittenCount > 0 ? _pieces.WrittenSpan[1..] : _map;

    /// <summary>Takes one record; false when it cannot stand there.</summary>
    /// <param name="key">Without the prefix. Those that nobody knows mean nothing.</param>
    internal bool TryAdd(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "major": _major = EntryText.Decode(value); break;
            case "minor": _minor = EntryText.Decode(value); break;
            case "name": Name = EntryText.Decode(value); break;
            case "size": _sizeBytes = EntryText.Decode(value); break;
            case "realsize": _realSizeBytes = EntryText.Decode(value); break;
            case "numblocks": _count = value.ToArray(); break;
            case "map": _map = value.ToArray(); break;
            case "offset": return !_isLengthDue && TryAddPiece(value);
            case "numbytes": return _isLengthDue && TryAddPiece(value);
        }
        return true;
    }

    /// <summary>The pieces that the records list, or null when they are malformed.</summary>
    internal List<SparsePiece>? Pieces()
    {
        if (!TarNumber.TryParseDecimal(_count, out var count) || count < 0) return null;
        var pieces = new List<SparsePiece>();
        var map = Map;
        while (!map.IsEmpty)
        {
            if (!TryTake(ref map, out var offset) || map.IsEmpty || !TryTake(ref map, out var length)) return null;
            pieces.Add(new SparsePiece(offset, length));
        }
        return pieces.Count == count ? pieces : null;
    }

    /// <summary>0.0 has two records for each piece, which are the map of 0.1 once they are put together.</summary>
    private bool TryAddPiece(ReadOnlySpan<byte> number)
    {
        if (number.Contains((byte)',')) return false;
        _pieces.Write(","u8);
        _pieces.Write(number);
        _isLengthDue = !_isLengthDue;
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> map, out long number)
    {
        var comma = map.IndexOf((byte)',');
        var text = comma < 0 ? map : map[..comma];
        // What ends in a comma ends in an empty number.
        if (comma == map.Length - 1)
        {
            number = 0;
            return false;
        }
        map = comma < 0 ? default : map[(comma + 1)..];
        return TarNumber.TryParseDecimal(text, out number);
    }
}
