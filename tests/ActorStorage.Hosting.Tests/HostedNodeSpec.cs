// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Hosting;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorStorage.Hosting.Tests;

/// <summary>Hosts that are nodes of a cluster.</summary>
public sealed class HostedNodeSpec
{
    [Fact]
    public async Task Should_have_a_layer_from_another_host()
    {
        await using var first = new HostedRoot();
        await using var second = new HostedRoot();
        var archive = LayerArchive.Small(1);
        await BeginAsync(first, null);
        var seed = Akka.Cluster.Cluster.Get(SystemOf(first)).SelfAddress;
        await BeginAsync(second, seed);
        await first.Client.PutLayerAsync(EngineRoot.Of(archive, "there"));

        var node = new NodeClient(
            SystemOf(second), await second.Services.GetRequiredService<IRequiredActor<StorageNode>>().GetAsync());
        var where = new NodeProtocol.WhereIs([archive.Digest], Caller.Anybody);
        await Eventually.TrueAsync(
            async () => (await node.AskAsync<NodeProtocol.WhereIsOk>(where)).Places.Count == 1, "it is known");
        var ensured = await node.AskAsync<NodeProtocol.EnsureLayerOk>(new NodeProtocol.EnsureLayer(
            new WantedLayer(archive.Digest, []), [], Handling.Usual, new Caller(TimeSpan.FromMinutes(1))));

        Assert.Equal(EnsureOutcome.FromPeer, ensured.Outcome);
        Assert.Equal(archive.Digest, Assert.Single(await second.Client.ListLayersAsync()).DiffDigest);
        await second.StopAsync();
        await Eventually.TrueAsync(
            () => Akka.Cluster.Cluster.Get(SystemOf(first)).State.Members.Count == 1, "it has left");
    }

    [Fact]
    public async Task Should_say_what_is_missing_when_no_journal_is_kept()
    {
        await using var hosted = new HostedRoot();
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => hosted.StartAsync(alsoAkka: akka => akka.WithStorageNode(options => options.IsAlone = true)));
        Assert.Contains("options.Journal", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task BeginAsync(HostedRoot hosted, Address? seed)
    {
        await hosted.StartAsync(
            options => options.Journal = new(),
            akka => akka.WithStorageNode().AddHocon(
                "akka.remote.dot-netty.tcp.port = 0", HoconAddMode.Prepend));
        var cluster = Akka.Cluster.Cluster.Get(SystemOf(hosted));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await cluster.JoinSeedNodesAsync([seed ?? cluster.SelfAddress], patience.Token);
    }

    private static ActorSystem SystemOf(HostedRoot hosted) => hosted.Services.GetRequiredService<ActorSystem>();
}
