// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Security.Cryptography;
using ActorStorage.Disk.Archive;
using BenchmarkDotNet.Attributes;

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

    /// <summary>Inflating and both digests, no entries.</summary>
    [Benchmark]
    public long Digest()
    {
        using var blob = new BlobReader(new MemoryStream(_blob));
        return blob.Finish().DiffSizeBytes;
    }

    [Benchmark]
    public long Walk() => Walk(split: null);

    /// <summary>With the tar-split, as a layer is read.</summary>
    [Benchmark]
    public long WalkAndSplit()
    {
        using var split = new TarSplitWriter(Stream.Null);
        return Walk(split);
    }

    private long Walk(TarSplitWriter? split)
    {
        using var blob = new BlobReader(new MemoryStream(_blob));
        using var reader = new TarReader(blob, split, ArchiveLimits.Default);
        while (reader.Next() is not null)
        {
        }
        return reader.Finish().DiffSizeBytes;
    }
}
