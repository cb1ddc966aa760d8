// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using BenchmarkDotNet.Attributes;

namespace ActorStorage.Bench;

/// <summary>
/// One layer staged without an actor, in memory. The floor is the same archive read in the same way with every file
/// only written: no names to walk, no owners, modes, times or links.
/// </summary>
[ReadsArchive]
public class LayerStagingBench
{
    private readonly LinuxDisk _disk = new();
    private byte[] _blob = [];
    private BenchRoot? _root;
    private StagingArea? _area;
    private ILayerDriver? _driver;
    private StagedLayer? _staged;

    [Params(Packing.Plain, Packing.Gzip)]
    public Packing Packing { get; set; }

    [GlobalSetup]
    public void Read() => _blob = RealArchive.Bytes(Packing);

    // A root of its own for each run: names and inodes that were deleted before must not count.
    [IterationSetup]
    public void Open()
    {
        _root = new BenchRoot();
        _driver = LayerDriver.Open(_disk, _root.Paths, LayerDriver.Parse(_root.Paths, []));
        _area = new StagingArea(_disk, _root.Paths);
        _ = (_area.Trees, _area.Files);
    }

    [IterationCleanup]
    public void Close()
    {
        _staged?.Tree.Remove(_disk);
        _staged = null;
        _area?.Dispose();
        _driver?.Dispose();
        _root?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public long Write()
    {
        var directory = _area!.Trees.Directory;
        using var blob = new BlobReader(new MemoryStream(_blob));
        using var split = new TarSplitWriter(Stream.Null);
        using var reader = new TarReader(blob, split, ArchiveLimits.Default);
        while (reader.Next() is { } entry)
        {
            if (entry.Kind != TarEntryKind.Regular) continue;
            using var file = _disk.CreateFile(directory, $"{reader.EntryCount}", 0x180);
            while (reader.ReadPayload() is { IsEmpty: false } piece) _disk.Write(file, piece);
        }
        return reader.Finish().DiffSizeBytes;
    }

    [Benchmark]
    public long Stage()
    {
        var layer = new NewLayer { Id = LayerId.Random() };
        var blob = new LayerBlob("layer", () => new MemoryStream(_blob), _blob.Length);
        var task = new StagingTask(layer, blob, Parent: null, IdMaps.None, FlushMode.None, Progress: null);
        _staged = LayerStaging.Run(_disk, _driver!, _area!, task, CancellationToken.None);
        return _staged.Entries;
    }
}
