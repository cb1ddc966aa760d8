// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Diff;

namespace ActorStorage.Disk.Tests.Diff;

public sealed class DiffCompressionSpec
{
    [Theory]
    [InlineData(Compression.None)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public void Should_write_what_can_be_read_again(Compression compression)
    {
        foreach (var size in (int[])[0, 1, 300_000])
        {
            var bytes = new byte[size];
            new Random(1).NextBytes(bytes);
            var output = new MemoryStream();
            DiffCompression.Run(output, compression, stream => stream.Write(bytes));
            Assert.True(output.CanWrite);
            output.Position = 0;
            using var reader = new BlobReader(output);
            Assert.Equal(compression, reader.Compression);
            Assert.Equal(size, reader.Finish().DiffSizeBytes);
            output.Position = 0;
            using var again = new BlobReader(output);
            var read = new byte[size + 1];
            var count = 0;
            while (again.Read(read.AsSpan(count)) is > 0 and var more) count += more;
            Assert.Equal(bytes, read[..count]);
        }
    }

    [Theory]
    [InlineData(Compression.Bzip2, "unsupported compression format tar.bz2")]
    [InlineData(Compression.Xz, "unsupported compression format tar.xz")]
    public void Should_refuse_when_it_cannot_be_written(Compression compression, string message)
    {
        var output = new MemoryStream();
        var e = Assert.Throws<StorageException>(
            () => DiffCompression.Run(output, compression, _ => Assert.Fail("written")));
        Assert.Equal((StorageErrorKind.NotSupported, message), (e.Kind, e.Message));
        Assert.Equal(0, output.Length);
    }

    [Theory]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public void Should_not_look_complete_when_the_writing_failed(Compression compression)
    {
        var output = new MemoryStream();
        Assert.Throws<IOException>(() => DiffCompression.Run(output, compression, stream =>
        {
            var noise = new byte[3_000_000];
            new Random(1).NextBytes(noise);
            stream.Write(noise);
            throw new IOException("lost");
        }));
        output.Position = 0;
        Assert.True(output.Length > 1_000_000);
        using var reader = new BlobReader(output);
        Assert.Equal(compression, reader.Compression);
        Assert.Throws<StorageException>(() => reader.Finish());
    }
}
