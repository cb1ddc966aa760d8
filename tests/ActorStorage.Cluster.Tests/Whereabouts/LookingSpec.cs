// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>What is announced of a real root, whoever changes it.</summary>
public sealed class LookingSpec : IAsyncLifetime
{
    private static readonly LayerArchive Archive = LayerArchive.Small(1);
    private static readonly Digest Layer = new($"sha256:{Archive.Sha256}");
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private readonly EngineRoot _root = new();
    private readonly ActorSystem _system = ActorSystem.Create(
        "looking", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    private readonly Listener _announcer;
    private StorageClient _client = null!;

    public LookingSpec() => _announcer = new Listener(_system);

    public async Task InitializeAsync() => _client = await _root.StartAsync();

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        await _root.DisposeAsync();
    }

    [SkippableFact]
    public async Task Should_tell_what_comes_and_what_another_tool_deletes()
    {
        Tool.Require(Tool.GoNewest);
        _system.ActorOf(LookingActor.Props(_client, _announcer.Ref, Soon));
        Assert.Empty(await ToldAsync());

        await _client.PutLayerAsync(EngineRoot.Of(Archive, "layer"));
        await _announcer.FirstAsync<DirectoryProtocol.HoldingsAre>(all => all.Digests.SequenceEqual([Layer]));

        await Tool.GoNewest.MustAsync(_root.Root, "delete-layer", "layer");
        await _announcer.FirstAsync<DirectoryProtocol.HoldingsAre>(all => all.Digests.Count == 0);
    }

    [Fact]
    public async Task Should_say_nothing_while_nothing_changes()
    {
        var storage = new Listener(_system);
        var looking = _system.ActorOf(LookingActor.Props(Client(storage), _announcer.Ref, Soon));
        await _client.PutLayerAsync(EngineRoot.Of(Archive, "layer"));
        for (var i = 0; i < 3; i++) await AnswerAsync(storage, await _client.ListLayersAsync());
        await _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "another"));
        await AnswerAsync(storage, await _client.ListLayersAsync());
        Assert.Equal([Layer], await ToldAsync());
        Assert.Equal(2, (await ToldAsync()).Count);

        looking.Tell(DirectoryProtocol.LookNow.Instance);
        await AnswerAsync(storage, await _client.ListLayersAsync());
        Assert.Equal(2, (await ToldAsync()).Count);
    }

    [Fact]
    public async Task Should_not_take_back_what_came_while_it_looked()
    {
        var storage = new Listener(_system);
        var looking = _system.ActorOf(LookingActor.Props(Client(storage), _announcer.Ref, TimeSpan.FromHours(1)));
        await AnswerAsync(storage, []);
        Assert.Empty(await ToldAsync());

        looking.Tell(DirectoryProtocol.LookNow.Instance);
        var begun = await storage.NextAsync<LayerProtocol.ListLayers>();
        looking.Tell(new DirectoryProtocol.HoldingsChanged([Layer], []));
        await _announcer.NextAsync<DirectoryProtocol.HoldingsChanged>();
        begun.Asker.ReplyTo.Tell(new LayerProtocol.ListLayersOk([]));
        Assert.Equal([Layer], await ToldAsync());

        // The next look began after it: what it finds is the truth.
        await AnswerAsync(storage, []);
        Assert.Empty(await ToldAsync());
    }

    [Fact]
    public async Task Should_tell_an_announcer_that_begins_anew_everything()
    {
        var nodes = await DirectoryNode.StartAsync(1, "\nactor-storage.directory.look-interval = 1h", _client);
        await using var node = nodes[0];
        await _client.PutLayerAsync(EngineRoot.Of(Archive, "layer"));
        node.Directory.Tell(DirectoryProtocol.LookNow.Instance);
        await node.FindsAsync([Layer], node);

        var announcer = await node.System.ActorSelection(node.Directory.Path / "announcer")
            .ResolveOne(DirectoryNode.Patience);
        // Which nobody sends.
        announcer.Tell(new DirectoryProtocol.HoldingsAre(null!));
        await Eventually.HoldsAsync(async () =>
        {
            var listener = new Listener(node.System);
            var bucket = DigestKey.Of(Layer).Bucket(DirectorySettings.From().Buckets);
            announcer.Tell(new AskForAll { Buckets = { bucket } }, listener.Ref);
            return (await listener.NextAsync<AnnounceAll>()).Count == 1;
        });
    }

    private static StorageClient Client(Listener storage) => new(storage.Ref, DirectoryNode.Patience);

    private static async Task AnswerAsync(Listener storage, IReadOnlyList<LayerRecord> layers) =>
        (await storage.NextAsync<LayerProtocol.ListLayers>()).Asker.ReplyTo
            .Tell(new LayerProtocol.ListLayersOk(layers));

    private async Task<IReadOnlyCollection<Digest>> ToldAsync() =>
        (await _announcer.NextAsync<DirectoryProtocol.HoldingsAre>()).Digests;
}
