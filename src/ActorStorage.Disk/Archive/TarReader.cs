// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Reads an archive once, entry by entry: v7, ustar, star, GNU and PAX. Payload is handed out as a view into the
/// reader's buffer. Every byte also goes to the tar-split, when there is one, so that the archive can be rebuilt.
/// </summary>
/// <remarks>
/// What is tolerated is what the Go tools tolerate: missing end blocks, anything behind them. What is refused ends in
/// <see cref="StorageErrorKind.InvalidArchive"/>, except limits (<see cref="StorageErrorKind.TooLarge"/>). Files with
/// holes are read as PAX records describe them; the old way of GNU tar is refused, as with these tools. Neither the
/// blob nor the tar-split belongs to the reader.
/// </remarks>
public sealed class TarReader : IDisposable
{
    private readonly BlobReader _blob;
    private readonly ReadAhead _ahead;
    private readonly TarSplitWriter? _split;
    private readonly LimitCheck _limits;
    private readonly TarBytes _bytes;
    private readonly TarPayload _payload;
    private readonly SortedSet<uint> _userIds = [];
    private readonly SortedSet<uint> _groupIds = [];
    private TarEntry? _current;
    private string? _lastName;
    private long _padding;
    private bool _ended;

    /// <param name="hasSpareCore">Whether a second thread may read the blob, a few MiB ahead of the entries.</param>
    public TarReader(
        BlobReader blob, TarSplitWriter? split, ArchiveLimits limits, Func<bool>? hasSpareCore = null)
    {
        _blob = blob;
        _split = split;
        _limits = new LimitCheck(limits);
        _ahead = new ReadAhead(blob, hasSpareCore ?? (static () => false));
        _bytes = new TarBytes(_ahead, CheckInflation);
        _payload = new TarPayload(_bytes, split, what => Invalid(what, _bytes.OffsetBytes));
    }

    /// <summary>The owners that stand in headers, sorted, without those of whiteouts; cut to 32 bits.</summary>
    public IReadOnlyCollection<uint> UserIds => _userIds;

    /// <summary>As <see cref="UserIds"/>, for groups.</summary>
    public IReadOnlyCollection<uint> GroupIds => _groupIds;

    public long EntryCount { get; private set; }

    /// <summary>The next entry, or null behind the last one. The rest of the previous payload is skipped.</summary>
    public TarEntry? Next()
    {
        if (_ended) return null;
        FinishEntry();
        var extensions = new Extensions();
        while (ReadHeader() is { } header)
        {
            switch ((char)header.Type)
            {
                case 'x': extensions.Pax = ReadPax(header); break;
                case 'L': extensions.Name = EntryText.Field(ReadExtension(header)); break;
                case 'K': extensions.LinkName = EntryText.Field(ReadExtension(header)); break;
                case 'g': return StartGlobal(header, ReadPax(header));
                default: return Start(header, extensions);
            }
        }
        _ended = true;
        EndSegment();
        return null;
    }

    /// <summary>
    /// The next piece of the current file's content, empty at its end. A view that is good until the next call of any
    /// method. Holes are zeros, unless <see cref="SkipHole"/> comes first.
    /// </summary>
    public ReadOnlySpan<byte> ReadPayload() => _payload.Read();

    /// <summary>Whether parts of the current file are not in the archive.</summary>
    public bool HasHoles => _payload.HasHoles;

    /// <summary>Goes to the end of the hole that comes next. How many bytes it has; 0 when data comes next, or the
    /// end.</summary>
    public long SkipHole() => _payload.SkipHole();

    /// <summary>Reads whatever follows, the bytes behind the end blocks too, and says what the blob was.</summary>
    public BlobSummary Finish()
    {
        while (Next() is not null)
        {
        }
        while (_bytes.Take(long.MaxValue) is { IsEmpty: false } trailing) _split?.Segment(trailing);
        _bytes.Dispose();
        return _blob.Finish();
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>The next header, or null at the end of the archive.</summary>
    private TarHeader? ReadHeader()
    {
        var at = _bytes.OffsetBytes;
        var block = _bytes.TakeBlock();
        if (block.IsEmpty) return null;
        if (block.Length < TarHeader.BlockBytes) throw UnexpectedEnd();
        if (!block.ContainsAnyExcept((byte)0))
        {
            // Two blocks of zeros end an archive; so does one when nothing follows it.
            var second = _bytes.TakeBlock();
            if (second.IsEmpty) return null;
            if (second.Length < TarHeader.BlockBytes) throw UnexpectedEnd();
            return second.ContainsAnyExcept((byte)0) ? throw InvalidHeader(at) : null;
        }
        return TarHeader.Parse(block) ?? throw InvalidHeader(at);
    }

    private PaxRecords ReadPax(TarHeader header)
    {
        var at = _bytes.OffsetBytes;
        return PaxRecords.Parse(ReadExtension(header)) ?? throw InvalidHeader(at);
    }

    private ReadOnlySpan<byte> ReadExtension(TarHeader header)
    {
        if (header.SizeBytes < 0) throw InvalidHeader(_bytes.OffsetBytes);
        _limits.Extension(header.Name, header.SizeBytes, _bytes.Kept.Length);
        var size = (int)header.SizeBytes;
        if (_bytes.Keep(size) < size) throw UnexpectedEnd();
        // A global header is an entry, so what pads it is in front of the next one, as with any other.
        var padding = header.Type == 'g' ? 0 : _bytes.Keep((int)PaddingOf(size));
        return _bytes.Kept[^(size + padding)..^padding];
    }

    private TarEntry StartGlobal(TarHeader header, PaxRecords pax)
    {
        var entry = new TarEntry { Name = pax.Path ?? header.Name, Kind = TarEntryKind.GlobalHeader };
        return Start(entry, payloadBytes: 0, PaddingOf(header.SizeBytes), layout: null);
    }

    private TarEntry Start(TarHeader header, Extensions extensions)
    {
        var name = Or(extensions.Name) ?? extensions.Pax?.Path ?? header.Name;
        var size = extensions.Pax?.SizeBytes ?? header.SizeBytes;
        // The name of a file with holes is in its records; whether an old entry is a directory says the other one.
        var kind = KindOf(header.Type, name, Or(SparseOf(extensions)?.Name) ?? name);
        var payloadBytes = kind == TarEntryKind.Regular ? size : 0;
        if (payloadBytes < 0) throw InvalidHeader(_bytes.OffsetBytes);
        var padding = PaddingOf(payloadBytes);
        SparseLayout? layout = null;
        if (SparseOf(extensions) is { } sparse)
        {
            name = Or(sparse.Name) ?? name;
            layout = LayoutOf(name, sparse, kind, ref size, ref payloadBytes);
        }
        var entry = new TarEntry
        {
            Name = name,
            LinkName = Or(extensions.LinkName) ?? extensions.Pax?.LinkPath ?? header.LinkName,
            Kind = kind,
            Mode = (uint)(header.Mode & 0xfff),
            UserId = extensions.Pax?.UserId ?? header.UserId,
            GroupId = extensions.Pax?.GroupId ?? header.GroupId,
            SizeBytes = size,
            ModifiedAt = extensions.Pax?.ModifiedAt ?? new FileTime(header.ModifiedAt, 0),
            AccessedAt = extensions.Pax?.AccessedAt
                ?? (header.AccessedAt is { } accessedAt ? new FileTime(accessedAt, 0) : null),
            DeviceMajor = (uint)header.DeviceMajor,
            DeviceMinor = (uint)header.DeviceMinor,
            Xattrs = extensions.Pax?.Xattrs ?? [],
        };
        return Start(entry, payloadBytes, padding, layout);
    }

    private static SparseRecords? SparseOf(Extensions extensions) =>
        extensions.Pax?.Sparse is { Format: not SparseFormat.None } sparse ? sparse : null;

    /// <param name="size">Of the payload as the header has it; afterwards that of the file.</param>
    /// <param name="payloadBytes">Afterwards without the list of pieces, which is kept with the headers.</param>
    private SparseLayout LayoutOf(
        string name, SparseRecords sparse, TarEntryKind kind, ref long size, ref long payloadBytes)
    {
        var at = _bytes.OffsetBytes;
        var text = Encoding.UTF8.GetBytes(sparse.SizeBytes);
        if (text.Length > 0 && !TarNumber.TryParseDecimal(text, out size)) throw InvalidHeader(at);
        _limits.WithHoles(name, size);
        var pieces = sparse.Format == SparseFormat.InRecords ? sparse.Pieces() : ReadPieces(name, ref payloadBytes);
        if (pieces is null || kind != TarEntryKind.Regular) throw InvalidHeader(at);
        return SparseLayout.Of(pieces, size) ?? throw InvalidHeader(at);
    }

    /// <summary>The list in front of the content, in whole blocks: numbers, each with a line feed behind it, the first
    /// says how many pieces there are. Null when it is malformed.</summary>
    private List<SparsePiece>? ReadPieces(string name, ref long payloadBytes)
    {
        var list = new SparseList();
        while (list.NeedsMore)
        {
            _limits.PieceList(name, list.Bytes + TarHeader.BlockBytes);
            if (payloadBytes < TarHeader.BlockBytes) throw UnexpectedEnd();
            var block = _bytes.TakeBlock();
            if (block.Length < TarHeader.BlockBytes) throw UnexpectedEnd();
            payloadBytes -= TarHeader.BlockBytes;
            list.Add(block);
        }
        return list.Pieces;
    }

    private TarEntry Start(TarEntry entry, long payloadBytes, long padding, SparseLayout? layout)
    {
        _limits.Entry(entry, EntryCount);
        EntryCount++;
        if (!EntryText.IsWhiteout(entry.Name))
        {
            _userIds.Add((uint)entry.UserId);
            _groupIds.Add((uint)entry.GroupId);
        }
        EndSegment();
        _payload.Begin(payloadBytes, layout);
        _padding = padding;
        _split?.BeginFile();
        _lastName = entry.Name;
        return _current = entry;
    }

    private void CheckInflation(long inflatedBytes) =>
        _limits.Inflated(_lastName, inflatedBytes, _ahead.ReceivedBytes);

    /// <summary>Types without a payload have none whatever their size field says.</summary>
    /// <param name="name">Without what PAX records say of a file with holes.</param>
    private static TarEntryKind KindOf(byte type, string name, string fullName) => (char)type switch
    {
        '0' => TarEntryKind.Regular,
        '\0' => name.EndsWith('/') ? TarEntryKind.Directory : TarEntryKind.Regular,
        '1' => TarEntryKind.HardLink,
        '2' => TarEntryKind.Symlink,
        '3' => TarEntryKind.CharacterDevice,
        '4' => TarEntryKind.BlockDevice,
        '5' => TarEntryKind.Directory,
        '6' => TarEntryKind.Fifo,
        // The type of a whiteout means nothing: whoever applies it looks at the name alone.
        not 'S' when EntryText.IsWhiteout(fullName) => TarEntryKind.Regular,
        _ => throw new StorageException(
            StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(fullName)}: unhandled tar header type {type}"),
    };

    private void FinishEntry()
    {
        if (_current is not { } entry) return;
        _payload.Finish();
        if (_payload.HasHoles) _split?.File(entry.Name, sizeBytes: 0, crc64: 0);
        else _split?.EndFile(entry.Name, entry.SizeBytes);
        _current = null;
        _bytes.Keep((int)_padding);
    }

    private void EndSegment()
    {
        if (!_bytes.Kept.IsEmpty) _split?.Segment(_bytes.Kept);
        _bytes.Forget();
    }

    private static long PaddingOf(long size) => -size & (TarHeader.BlockBytes - 1);

    private static string? Or(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private StorageException UnexpectedEnd() => Invalid("unexpected EOF", _bytes.OffsetBytes);

    private StorageException InvalidHeader(long at) => Invalid("invalid tar header", at);

    private StorageException Invalid(string what, long at) => new(
        StorageErrorKind.InvalidArchive,
        $"archive/tar: {what} at byte {at}"
            + (_lastName is null ? "" : $", in or after entry {Quoted.Text(_lastName)}"));

    private struct Extensions
    {
        public PaxRecords? Pax;
        public string? Name;
        public string? LinkName;
    }
}
