// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using BenchmarkDotNet.Attributes;

namespace ActorStorage.Bench;

/// <summary>What a message costs on its way through the engine when there is next to nothing to do.</summary>
public class EngineMessageBench
{
    private BenchRoot? _root;
    private StorageEngine? _engine;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _root = new BenchRoot();
        _engine = await StorageEngine.StartAsync(StorageSettings.From(_root.Paths));
        await _engine.Client.PutLayerAsync(new PutLayer(new NewLayer { Id = LayerId.Random(), Names = ["known"] }));
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _root?.Dispose();
    }

    /// <summary>A warm read: to the store and back.</summary>
    [Benchmark]
    public Task<LayerRecord?> Find() => _engine!.Client.FindLayerAsync("known");

    /// <summary>A whole commit with the lock, the token and the index file: one name more, one name less.</summary>
    [Benchmark]
    public async Task Rename()
    {
        await _engine!.Client.ChangeNamesAsync("known", NamesChange.Add, ["other"]);
        await _engine.Client.ChangeNamesAsync("other", NamesChange.Set, ["known"]);
    }
}
