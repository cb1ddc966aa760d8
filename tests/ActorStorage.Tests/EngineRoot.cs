// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.TestKit.Archives;
using Akka.Actor;

namespace ActorStorage.Tests;

/// <summary>A root in the temporary directory with an engine on it.</summary>
internal sealed class EngineRoot(string driver = "overlay") : IAsyncDisposable
{
    private readonly List<StorageEngine> _engines = [];

    public StorageRoot Root { get; } = new(driver);

    public StorageSettings Settings => StorageSettings.From(new StoragePaths(Root.Graph, Root.Run, driver)) with
    {
        StagersMax = 8,
        RequestTimeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Starts an engine that ends with the root.</summary>
    public async Task<StorageClient> StartAsync(StorageSettings? settings = null, IDisk? disk = null)
    {
        var engine = await StorageEngine.StartAsync(settings ?? Settings, disk);
        _engines.Add(engine);
        return engine.Client;
    }

    /// <summary>The actor of the engine that was started last.</summary>
    public IActorRef Storage => _engines[^1].Storage;

    /// <summary>Another view of the same engine, whose requests have less time.</summary>
    public StorageClient Hasty(TimeSpan timeout) => new(Storage, timeout);

    public async Task StopAsync()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
        _engines.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Root.DisposeAsync();
    }

    public static PutLayer Empty(string id, string? parent = null, params string[] names) =>
        new(new NewLayer { Id = new LayerId(id), Parent = parent, Names = [.. names] });

    public static PutLayer Of(LayerArchive archive, string id, string? parent = null) => Of(archive.Bytes, id, parent);

    public static PutLayer Of(byte[] blob, string id, string? parent = null) => new(
        new NewLayer { Id = new LayerId(id), Parent = parent },
        new LayerBlob(id, () => new MemoryStream(blob), blob.Length));
}
