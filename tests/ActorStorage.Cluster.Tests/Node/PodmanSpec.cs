// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Protocol;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>What podman's tools have put a node finds, and what a node has put they find.</summary>
public sealed class PodmanSpec
{
    private const string Name = "localhost/two:latest";
    private static readonly LayerArchive[] Layers = [LayerArchive.Small(1), LayerArchive.Small(2)];
    private static readonly LayerArchive[] Blobs = [.. Layers.Select(layer => layer.Gzip())];
    private static readonly string Configuration = $$$"""
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[{{{
            Listed(Layers, layer => $"\"sha256:{layer.Sha256}\"")}}}]}}
        """;
    private static readonly string Manifest = $$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{
        "mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{{Sha256(Configuration)}}}","size":{{{
            Configuration.Length}}}},"layers":[{{{Listed(Blobs, blob =>
            $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{{blob.Sha256}}","size":{{
                blob.Bytes.Length}}}""")}}}]}
        """;

    [Fact]
    public async Task Should_have_what_skopeo_has_stored_and_store_what_skopeo_has()
    {
        await using var origin = await OriginServer.StartAsync();
        WantedLayer[] wanted = [.. Layers.Select((layer, i) => origin.Layer($"layer-{i}", layer))];
        await using var skopeos = await NodeRoot.StartAsync();
        var source = await SourceAsync(skopeos.Engine.Root);
        (await Command.RunAsync("skopeo", "copy", "--insecure-policy", $"dir:{source}", Reference(skopeos)))
            .Succeeded();
        var image = Assert.Single(await skopeos.Storage.ListImagesAsync());
        var present = await skopeos.EnsureAsync(wanted[1], [wanted[0].Digest]);
        Assert.Equal((EnsureOutcome.Present, image.TopLayer), (present.Outcome, present.Layer));

        await using var ours = await NodeRoot.StartAsync();
        var ensured = await ours.Client.AskAsync<NodeProtocol.EnsureImageOk>(new NodeProtocol.EnsureImage(
            image.Id, [Name], wanted,
            [
                new ImageItem("manifest", Encoding.UTF8.GetBytes(Manifest)),
                new ImageItem($"manifest-sha256:{Sha256(Manifest)}", Encoding.UTF8.GetBytes(Manifest)),
                new ImageItem($"sha256:{Sha256(Configuration)}", Encoding.UTF8.GetBytes(Configuration)),
            ],
            Handling.Usual, Caller.Anybody));
        Assert.Equal(present.Layer, ensured.Layers[1].Layer);
        var target = ours.Engine.Root.File("target");
        (await Command.RunAsync("skopeo", "copy", "--insecure-policy", Reference(ours), $"dir:{target}")).Succeeded();
        Assert.Equal(Configuration, await File.ReadAllTextAsync(Path.Combine(target, Sha256(Configuration))));
    }

    private static async Task<string> SourceAsync(StorageRoot root)
    {
        var source = Directory.CreateDirectory(root.File("source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "version"), "Directory Transport Version: 1.1\n");
        await File.WriteAllTextAsync(Path.Combine(source, "manifest.json"), Manifest);
        await File.WriteAllTextAsync(Path.Combine(source, Sha256(Configuration)), Configuration);
        foreach (var blob in Blobs) blob.SaveAs(Path.Combine(source, blob.Sha256));
        return source;
    }

    private static string Reference(NodeRoot root) =>
        $"containers-storage:[overlay@{root.Engine.Root.Graph}+{root.Engine.Root.Run}]{Name}";

    private static string Listed<T>(IEnumerable<T> values, Func<T, string> text) =>
        string.Join(',', values.Select(text));

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
