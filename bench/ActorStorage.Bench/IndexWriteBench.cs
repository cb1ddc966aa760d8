// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using BenchmarkDotNet.Attributes;

namespace ActorStorage.Bench;

/// <summary>
/// The text of layers.json after a change to one of its records. The floor is a copy of as many bytes: whatever else a
/// commit does under the lock, it cannot do with less than that.
/// </summary>
public class IndexWriteBench
{
    private LayerRecord[] _records = [];
    private LayerIndex _index = LayerIndex.Empty;
    private byte[] _document = [];
    private byte[] _copy = [];
    private int _change;

    [Params(100, 1_000, 10_000, 100_000)]
    public int Layers { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _records = [.. Enumerable.Range(0, Layers).Select(Record)];
        _index = _records.Aggregate(LayerIndex.Empty, (index, record) => index.Add(record));
        _document = RecordDocument.Write(_records);
        _copy = new byte[_document.Length];
    }

    [Benchmark(Baseline = true)]
    public int Copy()
    {
        _document.CopyTo(_copy, 0);
        return _copy.Length;
    }

    [Benchmark]
    public long Write()
    {
        var at = Layers / 2;
        _records[at] = Changed(_records[at]);
        return Written(_records.Select(record => record.Encoded));
    }

    /// <summary>As a store does it: the record is found and replaced in the index, and that is written.</summary>
    [Benchmark]
    public long ReplaceAndWrite()
    {
        _index = _index.Replace(Changed(_index.Get(_records[Layers / 2].Id)));
        return Written(_index.EncodedIn(DocumentKind.Stable));
    }

    /// <summary>In pieces, as into a file.</summary>
    private static long Written(IEnumerable<ReadOnlyMemory<byte>> encoded)
    {
        var total = 0L;
        RecordDocument.Write(encoded, piece => total += piece.Length);
        return total;
    }

    private LayerRecord Changed(LayerRecord record) =>
        record with { Metadata = (++_change).ToString(CultureInfo.InvariantCulture) };

    /// <summary>As long as the record of a layer that was pulled.</summary>
    private static LayerRecord Record(int number) => new()
    {
        Id = new LayerId(number.ToString("x64", CultureInfo.InvariantCulture)),
        Names = [$"registry.example/project/image-{number}:latest"],
        Parent = number == 0 ? null : new LayerId((number - 1).ToString("x64", CultureInfo.InvariantCulture)),
        Created = new Timestamp("2026-01-31T12:00:00.123456789Z"),
        CompressedDigest = Digest.Sha256(new byte[32]),
        CompressedSizeBytes = 30_000_000 + number,
        DiffDigest = Digest.Sha256(new byte[32]),
        DiffSizeBytes = 80_000_000 + number,
        Compression = Compression.Gzip,
        UserIds = [0, 100],
        GroupIds = [0, 42, 100],
    };
}
