// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Tests.Node;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Rules;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Rules;

/// <summary>What README shows under "Messages between machines" is compiled, runs, and is what stands here; its table
/// names every request.</summary>
public sealed class ReadmeMessagesSpec
{
    private const string Self = "tests/ActorStorage.Cluster.Tests/Rules/ReadmeMessagesSpec.cs";
    private static readonly string[] Readme = File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md"));

    [Fact]
    public async Task Should_leave_a_layer_that_is_kept_when_the_sample_has_run()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var root = await NodeRoot.StartAsync();
        var layer = origin.Layer("layer.tar.gz", LayerArchive.Small(1));

        await RunAsync(root.Node.Path.Address.ToString(), layer.Sources[0].Url, layer.Digest.Value);

        var layers = await root.Storage.ListLayersAsync();
        Assert.Single(layers, there => there.DiffDigest == layer.Digest);
        Assert.Single(layers, LeaseRecord.Is);
    }

    [Fact]
    public void Should_show_in_the_readme_what_stands_here()
    {
        var here = File.ReadAllLines(Path.Combine(SourceTree.Root, Self)).Select(line => line.Trim())
            .SkipWhile(line => line != "// The sample begins.").Skip(1)
            .TakeWhile(line => line != "// The sample ends.");
        var shown = Readme.Select(line => line.Trim())
            .SkipWhile(line => !line.StartsWith("var remote = ", StringComparison.Ordinal))
            .TakeWhile(line => line != "```");
        Assert.Equal(here, shown);
    }

    [Fact]
    public void Should_name_every_request_in_the_readme()
    {
        var table = string.Join('\n', Readme.SkipWhile(line => line != "| request | what it does | answer |")
            .TakeWhile(line => line.StartsWith('|')));
        var requests = typeof(NodeProtocol).GetNestedTypes().Where(typeof(INodeRequest).IsAssignableFrom);
        Assert.All(requests, request => Assert.Contains($"`{request.Name}`", table, StringComparison.Ordinal));
    }

    private static async Task RunAsync(string address, string url, string digest)
    {
        // The sample begins.
        var remote = "akka { actor.provider = remote, remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }";
        using var mine = ActorSystem.Create(
            "builder", ConfigurationFactory.ParseString(remote).WithFallback(WireSettings.Reference()));
        var node = new NodeClient(mine, address);
        var caller = new Caller(Within: TimeSpan.FromMinutes(2), Name: "builder");
        var lease = new LeaseTerm("build 7", KeepFor: TimeSpan.FromHours(1));

        var find = new NodeProtocol.FindMissing([new Digest(digest)], lease, caller);
        foreach (var missing in (await node.AskAsync<NodeProtocol.FindMissingOk>(find)).Missing)
        {
            var layer = new WantedLayer(missing, [new LayerSource(url)]);
            var ensured = await node.AskAsync<NodeProtocol.EnsureLayerOk>(
                new NodeProtocol.EnsureLayer(layer, Parents: [], new Handling(Lease: lease), caller));
            Console.WriteLine($"{ensured.Layer} {ensured.Outcome} {ensured.FetchedBytes} bytes");
        }
        // The sample ends.
    }
}
