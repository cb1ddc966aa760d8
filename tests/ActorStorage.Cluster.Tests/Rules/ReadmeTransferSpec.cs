// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Tests.Rules;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Rules;

/// <summary>What README shows under "Layers between machines" is compiled, runs, and is what stands here.</summary>
public sealed class ReadmeTransferSpec
{
    private const string Self = "tests/ActorStorage.Cluster.Tests/Rules/ReadmeTransferSpec.cs";

    [Fact]
    public async Task Should_have_the_layer_where_it_is_wanted_when_the_sample_has_run()
    {
        await using var there = new EngineRoot();
        await using var here = new EngineRoot();
        await using var first = await StorageEngine.StartAsync(there.Settings);
        await using var second = await StorageEngine.StartAsync(here.Settings);
        var archive = LayerArchive.Small(1);
        await first.Client.PutLayerAsync(EngineRoot.Of(archive, "layer"));

        await ServeAsync(first, archive.Digest, Config.Empty, async (address, ticket) => await FetchAsync(
            second, new NewLayer { Id = new LayerId("layer") }, archive.Digest, archive.Bytes.Length, address, ticket,
            Config.Empty, DateTimeOffset.UtcNow.AddMinutes(1)));

        Assert.Equal(archive.Digest, Assert.Single(await second.Client.ListLayersAsync()).DiffDigest);
    }

    [Fact]
    public void Should_show_in_the_readme_what_stands_here()
    {
        var here = File.ReadLines(Path.Combine(SourceTree.Root, Self)).Select(line => line.Trim());
        var shown = File.ReadLines(Path.Combine(SourceTree.Root, "README.md")).Select(line => line.Trim())
            .SkipWhile(line => line != "// Where the layers are.").TakeWhile(line => line != "```");
        Assert.Equal(
            [.. Between(here, "// Where the layers are."), "", .. Between(here, "// Where one is wanted.")], shown);
    }

    private static IEnumerable<string> Between(IEnumerable<string> lines, string first) =>
        lines.SkipWhile(line => line != first).TakeWhile(line => line != "// That is all.");

    private static async Task ServeAsync(
        StorageEngine engine, Digest diffDigest, Config config, Func<Uri, string, Task> tell)
    {
        // Where the layers are.
        var tickets = Tickets.Random();
        await using var server = await TransferServer.StartAsync(engine.Client, tickets, TransferSettings.From(config));
        var ticket = tickets.Issue(diffDigest, "node-2", TimeSpan.FromMinutes(1));  // to the other, with server.Address
        // That is all.
        await tell(server.Address, ticket);
    }

    private static async Task FetchAsync(
        StorageEngine engine, NewLayer layer, Digest diffDigest, long sizeBytes, Uri address, string ticket,
        Config config, DateTimeOffset deadline)
    {
        // Where one is wanted.
        await PeerPut.RunAsync(
            engine.Client, new PutLayer(layer), diffDigest, sizeBytes, [new Peer(address, ticket)],
            TransferSettings.From(config), deadline);
        // That is all.
    }
}
