// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class ReadAheadSpec
{
    private const int Piece = 1 << 20;
    private static readonly byte[] Content = Noise(7 * Piece + 12345);

    [Theory]
    [InlineData(true, 7 * Piece + 12345)]
    [InlineData(true, 7 * Piece)]
    [InlineData(true, Piece)]
    [InlineData(true, Piece - 1)]
    [InlineData(true, 0)]
    [InlineData(false, 7 * Piece + 12345)]
    public void Should_give_the_bytes_and_the_digests_of_the_blob(bool isOverlapped, int length)
    {
        var content = Content[..length];
        var compressed = Compressed.Gzip(content);
        using var blob = new BlobReader(new MemoryStream(compressed));
        var bytes = new MemoryStream();
        using (var ahead = new ReadAhead(blob, () => isOverlapped))
        {
            while (ahead.Next() is { IsEmpty: false } piece) bytes.Write(piece.Span);
            Assert.True(ahead.Next().IsEmpty);
            Assert.Equal(compressed.Length, ahead.ReceivedBytes);
            blob.Finish();      // everything is hashed when the end was seen
        }
        Assert.Equal(content, bytes.ToArray());
        var summary = blob.Finish();
        Assert.Equal(Digest.Sha256(SHA256.HashData(content)), summary.DiffDigest);
        Assert.Equal(Digest.Sha256(SHA256.HashData(compressed)), summary.CompressedDigest);
    }

    [Fact]
    public void Should_leave_small_blobs_to_the_thread_that_wants_them()
    {
        var threads = new ThreadsOf(Content[..(Piece - 1)]);
        using var blob = new BlobReader(threads);
        using var ahead = new ReadAhead(blob, () => true);
        Assert.Equal(Piece - 1, ahead.Next().Length);
        Assert.Equal([Environment.CurrentManagedThreadId], threads.Seen);
    }

    [Fact]
    public void Should_read_larger_ones_elsewhere()
    {
        var threads = new ThreadsOf(Content);
        using var blob = new BlobReader(threads);
        using (var ahead = new ReadAhead(blob, () => true))
        {
            while (!ahead.Next().IsEmpty)
            {
            }
        }
        Assert.Equal(2, threads.Seen.Count);
    }

    [Fact]
    public void Should_fail_where_the_blob_is_damaged_and_not_before()
    {
        var damaged = Compressed.Gzip(Content);
        damaged[^1000] ^= 0xff;
        using var blob = new BlobReader(new MemoryStream(damaged));
        using var ahead = new ReadAhead(blob, () => true);
        for (var count = 0; count < 7; count++)
            Assert.Equal(Content.AsSpan(count * Piece, Piece), ahead.Next().Span);
        var first = Assert.Throws<StorageException>(() => ahead.Next());
        Assert.Equal(StorageErrorKind.InvalidArchive, first.Kind);
        Assert.Same(first, Assert.Throws<StorageException>(() => ahead.Next()));
    }

    [Fact]
    public void Should_end_its_thread_when_nobody_wants_the_rest()
    {
        var content = new byte[4 * ReadAhead.PiecesAhead * Piece];
        var threads = new ThreadsOf(content);
        using var blob = new BlobReader(threads);
        var ahead = new ReadAhead(blob, () => true);
        ahead.Next();
        ahead.Dispose();
        var position = threads.Position;
        Assert.True(position <= (ReadAhead.PiecesAhead + 2) * Piece, $"{position} bytes were read");
        blob.Finish();      // no other thread reads it any more, or its digest would be wrong
        Assert.Equal(content.Length, threads.Position);
        Assert.Throws<ObjectDisposedException>(() => ahead.Next());
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private sealed class ThreadsOf(byte[] bytes) : MemoryStream(bytes)
    {
        public HashSet<int> Seen { get; } = [];

        public override int Read(Span<byte> buffer)
        {
            Seen.Add(Environment.CurrentManagedThreadId);
            return base.Read(buffer);
        }
    }
}
