// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class BlobReaderSpec
{
    private static readonly byte[] Sample = Noise(300_000);

    public static TheoryData<Compression> Readable => 
        [Compression.Gzip, Compression.Zstd, Compression.Bzip2, Compression.Xz];

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_give_both_digests_when_the_blob_is_compressed(Compression compression)
    {
        var blob = Compressed.Of(compression, Sample);
        var (bytes, summary) = Read(blob);
        Assert.Equal(Sample, bytes);
        Assert.Equal(new BlobSummary(Sha256(blob), blob.Length, Sha256(Sample), Sample.Length, compression), summary);
    }

    [Fact]
    public void Should_give_one_digest_twice_when_the_blob_is_not_compressed()
    {
        var (bytes, summary) = Read(Sample);
        Assert.Equal(Sample, bytes);
        Assert.Equal(
            new BlobSummary(Sha256(Sample), Sample.Length, Sha256(Sample), Sample.Length, Compression.None), summary);
    }

    [Fact]
    public void Should_be_an_empty_layer_when_the_blob_has_no_bytes()
    {
        var (bytes, summary) = Read([]);
        Assert.Empty(bytes);
        Assert.Equal(new BlobSummary(Sha256([]), 0, Sha256([]), 0, Compression.None), summary);
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_read_what_was_left_when_it_is_finished_early(Compression compression)
    {
        var blob = Compressed.Of(compression, Sample);
        using var reader = new BlobReader(new MemoryStream(blob));
        reader.Read(new byte[1000]);
        var summary = reader.Finish();
        Assert.Equal(Sha256(Sample), summary.DiffDigest);
        Assert.Equal(Sha256(blob), summary.CompressedDigest);
        Assert.Same(summary, reader.Finish());
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_join_the_parts_when_the_blob_has_several(Compression compression)
    {
        byte[] blob =
        [
            .. Compressed.Of(compression, Sample.AsSpan(0, 100)),
            .. Compressed.Of(compression, []),
            .. Compressed.Of(compression, Sample.AsSpan(100)),
        ];
        var (bytes, summary) = Read(blob);
        Assert.Equal(Sample, bytes);
        Assert.Equal(Sha256(blob), summary.CompressedDigest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Should_read_the_same_when_the_blob_arrives_in_pieces(int chunkMax)
    {
        byte[] blob = [.. Compressed.Gzip(Sample.AsSpan(0, 20_000)), .. Compressed.Gzip(Sample.AsSpan(20_000))];
        using var reader = new BlobReader(new ChunkedStream(blob, chunkMax));
        Assert.Equal(Sha256(Sample), reader.Finish().DiffDigest);
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_refuse_when_the_blob_is_cut_anywhere(Compression compression)
    {
        var blob = Compressed.Of(compression, Sample.AsSpan(0, 400));
        for (var length = MagicBytes(compression); length < blob.Length; length++)
        {
            var e = Assert.Throws<StorageException>(() => Read(blob[..length]));
            Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
            Assert.StartsWith(compression.ToString().ToLowerInvariant() + ": ", e.Message, StringComparison.Ordinal);
            Assert.Contains($"at byte {length} of the blob", e.Message, StringComparison.Ordinal);
            Assert.Contains("unexpected EOF", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_refuse_when_a_byte_is_wrong(Compression compression)
    {
        var good = Compressed.Of(compression, Sample.AsSpan(0, 400));
        var seen = 0;
        for (var at = Math.Max(4, MagicBytes(compression)); at < good.Length; at++)
        {
            var blob = (byte[])good.Clone();
            blob[at] ^= 0x55;
            try
            {
                // Header bytes that carry no meaning, such as a time, may differ; the contents may not.
                Assert.Equal(Sample.AsSpan(0, 400).ToArray(), Read(blob).Bytes);
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
                seen++;
            }
        }
        Assert.True(seen > 390, $"only {seen} of {good.Length} were noticed");
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Should_refuse_when_junk_follows(Compression compression)
    {
        var good = Compressed.Of(compression, Sample);
        foreach (byte[] junk in (byte[][])[[0], new byte[101], "garbage garbage"u8.ToArray(), new byte[100_001]])
        {
            var e = Assert.Throws<StorageException>(() => Read([.. good, .. junk]));
            Assert.Equal(StorageErrorKind.InvalidArchive, e.Kind);
            Assert.StartsWith(compression.ToString().ToLowerInvariant(), e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Should_say_so_when_a_second_gzip_member_is_only_begun()
    {
        var good = Compressed.Gzip(Sample);
        foreach (var length in (int[])[1, 2, 5, 9, 10, 50])
        {
            var e = Assert.Throws<StorageException>(() => Read([.. good, .. good[..length]]));
            Assert.Contains("unexpected EOF", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Should_read_members_that_are_equal_or_empty()
    {
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var one = Compressed.Gzip("same"u8);
        Assert.Equal("samesame"u8.ToArray(), Read([.. empty, .. empty, .. one, .. one, .. empty, .. empty]).Bytes);
        Assert.Empty(Read(empty).Bytes);
        foreach (var zeros in (int[])[8, 100])
        {
            Assert.Throws<StorageException>(() => Read([.. empty, .. new byte[zeros]]));
        }
    }

    [Fact]
    public void Should_not_take_data_for_a_member_when_it_looks_like_one()
    {
        // Random data is stored as it is, and these look like starts of members, closely packed.
        var data = Enumerable.Repeat(Compressed.Gzip("same"u8), 400).SelectMany(each => each).ToArray();
        var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(data);
        Assert.Equal([.. data, .. data], Read([.. stored.ToArray(), .. stored.ToArray()]).Bytes);
    }

    [Fact]
    public void Should_find_the_end_of_a_member_wherever_the_chunks_of_the_inflater_end()
    {
        // The inflater takes chunks of 8 KiB: let members end at each place around the first two borders.
        foreach (var border in (int[])[8192, 16384])
        {
            for (var length = border - 40; length < border + 10; length++)
            {
                byte[] blob = [.. Compressed.Gzip(Sample.AsSpan(0, length)), .. Compressed.Gzip("tail"u8)];
                Assert.Equal(length + 4, Read(blob).Bytes.Length);
                Assert.Throws<StorageException>(() => Read([.. Compressed.Gzip(Sample.AsSpan(0, length)), 1]));
            }
        }
    }

    [Fact]
    public void Should_read_gzip_headers_with_every_optional_part()
    {
        var plain = Compressed.Gzip("hello"u8);
        byte[] start = [0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, .. "name\0comment\0"u8];
        var sum = System.IO.Hashing.Crc32.HashToUInt32(start);
        byte[] blob = [.. start, (byte)sum, (byte)(sum >> 8), .. plain[10..]];
        Assert.Equal("hello", Encoding.UTF8.GetString(Read(blob).Bytes));
        blob[start.Length] ^= 1;
        var e = Assert.Throws<StorageException>(() => Read(blob));
        Assert.Contains("gzip: invalid header", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_pass_over_a_skippable_frame_when_it_follows_a_zstd_frame()
    {
        byte[] blob = [.. Compressed.Zstd(Sample), 0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];
        Assert.Equal(Sample, Read(blob).Bytes);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public void Should_take_zeros_behind_xz_only_in_whole_words(int zeros, bool isTaken)
    {
        byte[] blob = [.. Compressed.Of(Compression.Xz, Sample), .. new byte[zeros]];
        if (isTaken) Assert.Equal(Sample, Read(blob).Bytes);
        else Assert.Throws<StorageException>(() => Read(blob));
    }

    [Fact]
    public void Should_take_the_blob_as_it_is_when_a_magic_is_incomplete()
    {
        byte[][] blobs =
            [[0x1f], [0x1f, 0x8b], [0x28, 0xb5, 0x2f], [0xfd, 0x37, 0x7a, 0x58, 0x5a], [0, 0x1f, 0x8b, 8]];
        foreach (var blob in blobs)
        {
            using var reader = new BlobReader(new MemoryStream(blob));
            Assert.Equal(Compression.None, reader.Compression);
        }
    }

    [Fact]
    public void Should_hold_no_more_memory_when_the_blob_is_larger()
    {
        var small = AllocatedBy(1 << 20);
        var large = AllocatedBy(64 << 20);
        Assert.True(large < small + (1 << 20), $"{small} bytes for 1 MiB, {large} bytes for 64 MiB");
    }

    private static int MagicBytes(Compression compression) => compression switch
    {
        Compression.Xz => 6,
        Compression.Zstd => 4,
        _ => 3,
    };

    private static long AllocatedBy(int sizeBytes)
    {
        var blob = Compressed.Gzip(new byte[sizeBytes]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new BlobReader(new MemoryStream(blob));
        Assert.Equal(sizeBytes, reader.Finish().DiffSizeBytes);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (byte[] Bytes, BlobSummary Summary) Read(byte[] blob)
    {
        using var reader = new BlobReader(new MemoryStream(blob));
        var bytes = new MemoryStream();
        var buffer = new byte[10_000];
        while (reader.Read(buffer) is > 0 and var count) bytes.Write(buffer.AsSpan(0, count));
        return (bytes.ToArray(), reader.Finish());
    }

    private static Digest Sha256(byte[] bytes) => Digest.Sha256(SHA256.HashData(bytes));

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
