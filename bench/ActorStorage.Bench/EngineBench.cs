// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using BenchmarkDotNet.Attributes;

namespace ActorStorage.Bench;

/// <summary>
/// The same layer as <see cref="LayerStagingBench"/>, this time through the actors and up to its commit: what the
/// second has more than the first is the price of the engine.
/// </summary>
[ReadsArchive]
public class EngineBench
{
    private byte[] _blob = [];
    private BenchRoot? _root;
    private StorageEngine? _engine;

    [Params(Packing.Plain, Packing.Gzip)]
    public Packing Packing { get; set; }

    [GlobalSetup]
    public void Read() => _blob = RealArchive.Bytes(Packing);

    [IterationSetup]
    public void Open()
    {
        _root = new BenchRoot();
        _engine = StorageEngine.StartAsync(StorageSettings.From(_root.Paths)).GetAwaiter().GetResult();
    }

    [IterationCleanup]
    public void Close()
    {
        _engine?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _root?.Dispose();
    }

    [Benchmark]
    public async Task<LayerRecord> Put()
    {
        var blob = new LayerBlob("layer", () => new MemoryStream(_blob), _blob.Length);
        var put = new PutLayer(new NewLayer { Id = LayerId.Random() }, blob);
        return (await _engine!.Client.PutLayerAsync(put)).Layer;
    }
}
