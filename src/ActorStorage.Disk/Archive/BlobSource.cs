// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The bytes of a blob as received, hashed and counted as they arrive. A decoder may look ahead, and back a little.
/// </summary>
internal sealed class BlobSource : IDisposable
{
    internal const int LookBackMax = 16 << 10;
    private const int BufferBytes = 1 << 20;

    // One is being filled and decoded, one waits to be hashed, one is being hashed.
    private readonly byte[]?[] _buffers = new byte[]?[3];
    private readonly Stream _blob;
    private readonly IncrementalHash? _hash;
    private Behind<Received>? _hashing;
    private byte[]? _buffer;
    private int _bufferAt;
    private int _position;
    private int _end;
    private bool _ended;

    public BlobSource(Stream blob, bool hashed)
    {
        _blob = blob;
        _hash = hashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _buffer = TakeBuffer(0);
    }

    public long ReceivedBytes { get; private set; }

    /// <summary>How far the decoder has come.</summary>
    public long OffsetBytes => ReceivedBytes - (_end - _position);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(BlobSource));

    /// <summary>The next bytes without taking them: as many as asked for, fewer only at the end of the blob.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _position < count && Fill())
        {
        }
        return Buffer.AsSpan(_position, Math.Min(count, _end - _position));
    }

    /// <summary>All bytes that are there, at least one; none at the end of the blob.</summary>
    public ReadOnlySpan<byte> Available()
    {
        if (_position == _end) Fill();
        return Buffer.AsSpan(_position, _end - _position);
    }

    public void Advance(int count) => _position += count;

    /// <summary>The bytes taken last, at most <see cref="LookBackMax"/>, and up to so many that follow.</summary>
    public ReadOnlySpan<byte> Around(int back, int ahead)
    {
        var following = Peek(ahead).Length;
        return Buffer.AsSpan(_position - back, back + following);
    }

    public int Read(Span<byte> target)
    {
        var available = Available();
        var count = Math.Min(available.Length, target.Length);
        available[..count].CopyTo(target);
        _position += count;
        return count;
    }

    /// <summary>From now on what is received is hashed by a thread of its own. Not for who reads past the
    /// buffer.</summary>
    public void HashBehind()
    {
        if (_hash is null) return;
        _hashing ??= new Behind<Received>("blob-hash", aheadMax: 1, piece => _hash.AppendData(piece.Bytes.Span));
    }

    /// <summary>Reads past the buffer where nothing is in it: no copy for a blob that needs no decoder.</summary>
    public int ReadDirect(Span<byte> target)
    {
        if (_position < _end) return Read(target);
        var received = Receive(target);
        _hash?.AppendData(target[..received]);
        return received;
    }

    public int ReadByte()
    {
        if (_position == _end && !Fill()) return -1;
        return Buffer[_position++];
    }

    public Digest FinishHash()
    {
        _hashing?.Drain();
        if (_hash is null) throw new InvalidOperationException("the blob is not hashed");
        return Digest.Sha256(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        if (_buffer is null) return;
        _buffer = null;
        _hashing?.Dispose();
        foreach (var buffer in _buffers.OfType<byte[]>()) ArrayPool<byte>.Shared.Return(buffer);
        _hash?.Dispose();
    }

    private bool Fill()
    {
        var kept = Buffer.AsSpan(Math.Max(0, _position - LookBackMax).._end);
        _position -= _end - kept.Length;
        // The last one added has begun to be hashed, or waits: the one before the one before it is done.
        if (_hashing is not null) _buffer = TakeBuffer((_bufferAt + 1) % _buffers.Length);
        kept.CopyTo(Buffer);
        _end = kept.Length;
        var start = _end;
        _end += Receive(Buffer.AsSpan(start));
        var received = Buffer.AsMemory(start.._end);
        if (_hashing is null) _hash?.AppendData(received.Span);
        else if (!received.IsEmpty) _hashing.Add(new Received(received));
        return !received.IsEmpty;
    }

    private byte[] TakeBuffer(int at)
    {
        _bufferAt = at;
        return _buffers[at] ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
    }

    private int Receive(Span<byte> target)
    {
        if (_ended || target.IsEmpty) return 0;
        var received = _blob.Read(target);
        _ended = received == 0;
        ReceivedBytes += received;
        return received;
    }

    /// <summary>Part of a buffer, which stays where it is.</summary>
    private readonly record struct Received(ReadOnlyMemory<byte> Bytes) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
