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
    private readonly Stream _blob;
    private readonly IncrementalHash? _hash;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _position;
    private int _end;
    private bool _ended;

    public BlobSource(Stream blob, bool hashed)
    {
        _blob = blob;
        _hash = hashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
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

    /// <summary>Reads past the buffer where nothing is in it: no copy for a blob that needs no decoder.</summary>
    public int ReadDirect(Span<byte> target) => _position < _end ? Read(target) : Receive(target);

    public int ReadByte()
    {
        if (_position == _end && !Fill()) return -1;
        return Buffer[_position++];
    }

    public Digest FinishHash() =>
        Digest.Sha256((_hash ?? throw new InvalidOperationException("the blob is not hashed")).GetHashAndReset());

    public void Dispose()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _hash?.Dispose();
    }

    private bool Fill()
    {
        var keptFrom = Math.Max(0, _position - LookBackMax);
        if (keptFrom > 0)
        {
            Buffer.AsSpan(keptFrom, _end - keptFrom).CopyTo(Buffer);
            _position -= keptFrom;
            _end -= keptFrom;
        }
        var received = Receive(Buffer.AsSpan(_end));
        _end += received;
        return received > 0;
    }

    private int Receive(Span<byte> target)
    {
        if (_ended || target.IsEmpty) return 0;
        var received = _blob.Read(target);
        _ended = received == 0;
        _hash?.AppendData(target[..received]);
        ReceivedBytes += received;
        return received;
    }
}
