// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk.Archive;
using BenchmarkDotNet.Attributes;
using ICSharpCode.SharpZipLib.Tar;
using Formats = System.Formats.Tar;

namespace ActorStorage.Bench;

/// <summary>
/// Reading an archive without making files. Below it stand what no reader can avoid: one hash over the blob, one over
/// the tar when that is not the same, and inflating.
/// </summary>
[ReadsArchive]
public class TarWalkBench
{
    private readonly byte[] _buffer = new byte[1 << 20];
    private byte[] _blob = [];

    [Params(Packing.Plain, Packing.Gzip)]
    public Packing Packing { get; set; }

    [GlobalSetup]
    public void Read() => _blob = RealArchive.Bytes(Packing);

    [Benchmark(Baseline = true)]
    public int Hash() => SHA256.HashData(RealArchive.Bytes(Packing.Plain)).Length;

    /// <summary>For a plain tar, the copy that stands in the place of inflating.</summary>
    [Benchmark]
    public long Inflate()
    {
        using var bytes = new MemoryStream(_blob);
        using Stream content = Packing == Packing.Gzip ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        var total = 0L;
        while (content.Read(_buffer) is > 0 and var count) total += count;
        return total;
    }

    /// <summary>The checksum that a tar-split file has of each file, of the tar as a whole.</summary>
    [Benchmark]
    public ulong Checksum()
    {
        var sum = TarSplitChecksum.Create();
        sum.Append(RealArchive.Bytes(Packing.Plain));
        return sum.GetCurrentHashAsUInt64();
    }

    /// <summary>Inflating and both digests, no entries.</summary>
    [Benchmark]
    public long Digest()
    {
        using var blob = new BlobReader(new MemoryStream(_blob));
        return blob.Finish().DiffSizeBytes;
    }

    /// <summary>The runtime's reader over the same inflating, entries only: no digest, no tar-split.</summary>
    [Benchmark]
    public long RuntimeReader()
    {
        using var bytes = new MemoryStream(_blob);
        using Stream content = Packing == Packing.Gzip ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var reader = new Formats.TarReader(content);
        var total = 0L;
        while (reader.GetNextEntry() is { } entry)
        {
            while (entry.DataStream?.Read(_buffer) is > 0 and var count) total += count;
        }
        return total;
    }

    /// <summary>SharpZipLib's reader, likewise.</summary>
    [Benchmark]
    public long SharpZipReader()
    {
        using var bytes = new MemoryStream(_blob);
        using Stream content = Packing == Packing.Gzip ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var reader = new TarInputStream(content, Encoding.UTF8);
        var total = 0L;
        while (reader.GetNextEntry() is not null)
        {
            while (reader.Read(_buffer) is > 0 and var count) total += count;
        }
        return total;
    }

    /// <summary>Ours without digests, as a check reads an archive that it rebuilt.</summary>
    [Benchmark]
    public long Entries()
    {
        using var bytes = new MemoryStream(_blob);
        using Stream content = Packing == Packing.Gzip ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var blob = BlobReader.OfArchive(content);
        using var reader = new TarReader(blob, split: null, ArchiveLimits.Default);
        var total = 0L;
        while (reader.Next() is not null)
        {
            while (reader.ReadPayload() is { IsEmpty: false } piece) total += piece.Length;
        }
        return total;
    }

    [Benchmark]
    public long Walk() => Walk(split: null);

    /// <summary>With the threads that a layer gets when it is alone: one inflates, one hashes.</summary>
    [Benchmark]
    public long WalkAhead() => Walk(split: null, static () => true);

    /// <summary>With the tar-split, as a layer is read.</summary>
    [Benchmark]
    public long WalkAndSplit()
    {
        using var split = new TarSplitWriter(Stream.Null);
        return Walk(split);
    }

    private long Walk(TarSplitWriter? split, Func<bool>? hasSpareCore = null)
    {
        using var blob = new BlobReader(new MemoryStream(_blob));
        using var reader = new TarReader(blob, split, ArchiveLimits.Default, hasSpareCore);
        while (reader.Next() is not null)
        {
        }
        return reader.Finish().DiffSizeBytes;
    }
}
