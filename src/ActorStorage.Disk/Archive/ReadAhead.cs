// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.ExceptionServices;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The uncompressed bytes of a blob in large pieces. A blob of more than one piece is read and inflated by a thread of
/// its own, a few pieces ahead of who works on them, and what was inflated is hashed by another. A smaller blob is not
/// worth a thread.
/// </summary>
/// <remarks>
/// What the reading throws is thrown in the place of the piece that is missing. Nobody waits longer here than for one
/// piece to be read, hashed or worked on: deadlines are the source's, whose reads are cancelled. Not thread safe.
/// </remarks>
internal sealed class ReadAhead : IDisposable
{
    private const int PieceBytes = 1 << 20;
    internal const int PiecesAhead = 8;
    private readonly BlobReader _blob;
    private readonly Piece[] _ring = new Piece[PiecesAhead + 1];
    private readonly SemaphoreSlim _free = new(PiecesAhead);
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _hashed = new(PiecesAhead);
    private readonly SemaphoreSlim _toHash = new(0);
    private readonly Func<bool> _hasSpareCore;
    private Thread? _thread;
    private Thread? _hasher;
    private ExceptionDispatchInfo? _fault;
    private int _next;
    private bool _hasEnded;
    private volatile bool _isStopped;
    private bool _isDisposed;

    /// <param name="blob">Nobody else may read it until this is disposed.</param>
    /// <param name="hasSpareCore">Whether the thread may be started.</param>
    public ReadAhead(BlobReader blob, Func<bool> hasSpareCore) => (_blob, _hasSpareCore) = (blob, hasSpareCore);

    /// <summary>How much of the blob was read when the last piece was complete.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>A view that is good until the next call; empty at the end of the blob.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_hasEnded)
        {
            _hasher?.Join();
            return default;
        }
        if (_thread is not null)
        {
            _free.Release();        // the piece that was handed out last
            _filled.Wait();
        }
        else
        {
            FillHere();
        }
        var piece = _ring[_next];
        if (piece.Bytes is null)
        {
            _filled.Release();      // it stays the next one: who asks again gets the same answer
            _fault!.Throw();
        }
        _next = (_next + 1) % _ring.Length;
        _hasEnded = piece.Length < PieceBytes;
        ReceivedBytes = piece.ReceivedBytes;
        return piece.Bytes.AsMemory(0, piece.Length);
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_thread is not null)
        {
            _isStopped = true;
            _free.Release();
            _hashed.Release();
            _thread.Join();         // it reads no further than what it is reading, as a single thread would
            _toHash.Release();
            _hasher?.Join();
        }
        foreach (var piece in _ring)
        {
            if (piece.Bytes is not null) ArrayPool<byte>.Shared.Return(piece.Bytes);
        }
        _free.Dispose();
        _filled.Dispose();
        _hashed.Dispose();
        _toHash.Dispose();
    }

    /// <summary>Always the first piece of the ring, until there is a thread that fills the next one.</summary>
    private void FillHere()
    {
        _next = 0;
        Fill(ref _ring[_next], isHashed: true);
        if (_ring[_next].Length == PieceBytes && _hasSpareCore()) Start();
    }

    private void Start()
    {
        var first = (_next + 1) % _ring.Length;
        _blob.HashBlobBehind();
        if (_blob.HashesDiff)
        {
            _hasher = new Thread(() => Hash(first)) { IsBackground = true, Name = "diff-hash" };
            _hasher.Start();
        }
        _thread = new Thread(() => Run(first)) { IsBackground = true, Name = "read-ahead" };
        _thread.Start();
    }

    private void Run(int at)
    {
        while (true)
        {
            _free.Wait();
            if (_hasher is not null) _hashed.Wait();
            if (_isStopped) return;
            ref var piece = ref _ring[at];
            try
            {
                Fill(ref piece, isHashed: _hasher is null);
            }
            catch (Exception fault)
            {
                _fault = ExceptionDispatchInfo.Capture(fault);
                if (piece.Bytes is { } bytes) ArrayPool<byte>.Shared.Return(bytes);
                piece = default;
            }
            var isLast = piece.Length < PieceBytes;
            _toHash.Release();
            _filled.Release();
            if (isLast) return;
            at = (at + 1) % _ring.Length;
        }
    }

    private void Hash(int at)
    {
        while (true)
        {
            _toHash.Wait();
            if (_isStopped) return;
            // Only read here: who works on the piece may have gone on meanwhile, but the slot is not filled again.
            var piece = _ring[at];
            if (piece.Bytes is not null) _blob.HashDiff(piece.Bytes.AsSpan(0, piece.Length));
            _hashed.Release();
            if (piece.Length < PieceBytes) return;
            at = (at + 1) % _ring.Length;
        }
    }

    /// <summary>Only the last piece is shorter than the others.</summary>
    private void Fill(ref Piece piece, bool isHashed)
    {
        piece.Bytes ??= ArrayPool<byte>.Shared.Rent(PieceBytes);
        piece.Length = 0;
        while (piece.Length < PieceBytes)
        {
            var target = piece.Bytes.AsSpan(piece.Length, PieceBytes - piece.Length);
            var count = isHashed ? _blob.Read(target) : _blob.ReadUnhashed(target);
            if (count == 0) break;
            piece.Length += count;
        }
        piece.ReceivedBytes = _blob.ReceivedBytes;
    }

    private struct Piece
    {
        /// <summary>Null where reading failed.</summary>
        public byte[]? Bytes;
        public int Length;
        public long ReceivedBytes;
    }
}
