// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal;
using ActorStorage.Tests;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>A root in the temporary directory with a node on it, and a client in another actor system.</summary>
internal sealed class NodeRoot : IAsyncDisposable
{
    private readonly ActorSystem _client = RemoteSystem.Create("client");
    private ActorSystem? _system;
    private StorageNode? _node;

    public EngineRoot Engine { get; } = new();

    public ActorSystem ClientSystem => _client;

    public NodeClient Client { get; private set; } = null!;

    public StorageClient Storage { get; private set; } = null!;

    public ActorSystem System => _system ?? throw new InvalidOperationException("it does not run");

    public string Address => _node!.Address;

    /// <summary>The node as the client's actor system sees it.</summary>
    public IActorRef Node { get; private set; } = ActorRefs.Nobody;

    /// <param name="settings">Of the node, as HOCON.</param>
    public static async Task<NodeRoot> StartAsync(string settings = "")
    {
        var root = new NodeRoot();
        await root.BeginAsync(settings);
        return root;
    }

    /// <param name="defaults">Of what the node is beside its engine.</param>
    public async Task BeginAsync(
        string settings = "", Config? defaults = null, IDisk? disk = null,
        Func<StorageSettings, StorageSettings>? change = null)
    {
        var own = ConfigurationFactory.ParseString(settings);
        _system = RemoteSystem.Create(
            "node", own, StorageSettings.Reference().WithFallback(defaults ?? Config.Empty));
        var engine = change is null ? Engine.Settings : change(Engine.Settings);
        var link = new JournalLink(engine);
        engine = engine.JournaledBy(link);
        var storage = _system.ActorOf(StorageActor.Props(engine, disk), "storage");
        Storage = new StorageClient(storage, engine.RequestTimeout);
        await Storage.OpenAsync();
        var journal = _system.ActorOf(
            JournalActor.Props(JournalSettings.From(engine.Paths), link, Storage), "storage-journal");
        Assert.IsType<JournalHealth.Healthy>(await JournalOpening.WaitAsync(journal, TimeSpan.FromSeconds(30)));
        _node = await StorageNode.StartAsync(_system, storage, journal);
        Client = new NodeClient(_client, RemoteSystem.AddressOf(_system));
        Node = await _client.ActorSelection($"{RemoteSystem.AddressOf(_system)}/user/{NodeClient.ActorName}")
            .ResolveOne(TimeSpan.FromSeconds(30));
    }

    public async Task StopAsync()
    {
        if (_system is null) return;
        await _node!.DisposeAsync();
        foreach (var name in (string[])["storage-journal", "storage"])
            await (await _system.ActorSelection($"/user/{name}").ResolveOne(TimeSpan.FromSeconds(30)))
                .GracefulStop(TimeSpan.FromMinutes(1));
        await _system.Terminate();
        _system = null;
    }

    public Task<NodeProtocol.EnsureLayerOk> EnsureAsync(
        WantedLayer layer, IReadOnlyList<Digest>? parents = null, Handling? handling = null, TimeSpan? within = null) =>
        Client.AskAsync<NodeProtocol.EnsureLayerOk>(new NodeProtocol.EnsureLayer(
            layer, parents ?? [], handling ?? Handling.Usual, new Caller(within ?? TimeSpan.FromMinutes(1))));

    /// <summary>Messages of one sender arrive in their order: what was sent before this is with the node
    /// afterwards.</summary>
    public Task ReachedAsync() =>
        Client.AskAsync<NodeProtocol.WhereIsOk>(new NodeProtocol.WhereIs([], Caller.Anybody));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _client.Terminate();
        await Engine.DisposeAsync();
        var journal = $"{Engine.Root.Graph}-journal";
        if (Directory.Exists(journal)) Directory.Delete(journal, recursive: true);
    }
}
