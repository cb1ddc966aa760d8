// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// A blob in, its uncompressed bytes out, both digests on the way. Compression is detected from the first bytes: gzip,
/// zstd, bzip2, xz or none. Memory does not grow with the blob. The stream stays open; it belongs to the caller.
/// </summary>
/// <remarks>
/// Damaged or truncated compressed bytes end in <see cref="StorageErrorKind.InvalidArchive"/>, which names the
/// compression and the place.
/// </remarks>
public sealed class BlobReader : IDisposable
{
    private const int DrainBytes = 1 << 20;
    private readonly BlobSource _source;
    private readonly Decoder? _decoder;
    private readonly IncrementalHash? _diffHash;
    private long _diffBytes;
    private BlobSummary? _summary;
    private bool _disposed;

    /// <summary>Reads the first bytes of the blob.</summary>
    public BlobReader(Stream blob)
        : this(blob, inflater: null)
    {
    }

    internal BlobReader(Stream blob, Func<BlobSource, Inflater>? inflater)
    {
        _source = new BlobSource(blob, hashed: true);
        try
        {
            Compression = Decoder.Detect(_source);
            _decoder = Decoder.Open(_source, Compression, inflater);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
        // What is not compressed is hashed once: both digests are the same.
        if (_decoder is not null) _diffHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    private BlobReader(BlobSource source) => _source = source;

    public Compression Compression { get; }

    /// <summary>How much of the blob was read, ahead of what is inflated by no more than a buffer.</summary>
    internal long ReceivedBytes => _source.ReceivedBytes;

    /// <summary>A blob that is known to be an archive and not compressed, and whose digest nobody asks for: it cannot
    /// be finished.</summary>
    internal static BlobReader OfArchive(Stream archive) => new(new BlobSource(archive, hashed: false));

    /// <summary>Whether there is work for <see cref="HashDiff"/>: a blob without compression is hashed only once.
    /// </summary>
    internal bool HashesDiff => _diffHash is not null;

    /// <returns>How many bytes were written to the buffer; 0 is the end of the uncompressed bytes.</returns>
    public int Read(Span<byte> buffer)
    {
        var count = ReadUnhashed(buffer);
        HashDiff(buffer[..count]);
        return count;
    }

    /// <summary>Likewise, but the caller passes all bytes on to <see cref="HashDiff"/>, in order.</summary>
    internal int ReadUnhashed(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _summary is not null) return 0;
        var count = _decoder is null ? _source.ReadDirect(buffer) : _decoder.Read(buffer);
        _diffBytes += count;
        return count;
    }

    /// <summary>From now on a compressed blob's own digest is made by a thread of its own.</summary>
    internal void HashBlobBehind()
    {
        if (_decoder is not null) _source.HashBehind();
    }

    /// <summary>Another thread may be reading meanwhile.</summary>
    internal void HashDiff(ReadOnlySpan<byte> bytes) => _diffHash?.AppendData(bytes);

    /// <summary>Reads both streams to their end and says what they were.</summary>
    public BlobSummary Finish()
    {
        if (_summary is not null) return _summary;
        var buffer = ArrayPool<byte>.Shared.Rent(DrainBytes);
        try
        {
            while (Read(buffer) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        var compressed = _source.FinishHash();
        var diff = _diffHash is null ? compressed : Digest.Sha256(_diffHash.GetHashAndReset());
        return _summary = new BlobSummary(compressed, _source.ReceivedBytes, diff, _diffBytes, Compression);
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _decoder?.Dispose();
        _diffHash?.Dispose();
        _source.Dispose();
    }
}
