// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>What is shown of one image or one container, and how images are found by digest.</summary>
public sealed class ImageSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_show_name_and_data_when_an_image_has_layers(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await ThreeLayers.BuildAsync(root.Main);
            var image = await root.Main.IdAsync("create-image", "--name", "wonderful-image", layers[^1]);
            await ShowsItsItemsAsync(root, "image", image, "wonderful-image");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_count_the_data_when_an_image_has_no_layer(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var image = await root.Main.IdAsync("create-image", "--name", "wonderful-image");
            (await ShowsItsItemsAsync(root, "image", image, "wonderful-image")).Says("Size: 512");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_show_name_and_data_when_a_container_has_layers(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layers = await ThreeLayers.BuildAsync(root.Main);
            var image = await root.Main.IdAsync("create-image", layers[^1]);
            var container = await root.Main.IdAsync("create-container", "--name", "wonderful-container", image);
            await ShowsItsItemsAsync(root, "container", container, "wonderful-container");
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_find_an_image_by_each_digest_when_it_has_several_manifests(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var image = await root.Main.IdAsync("create-image", "--name", "wonderful-image");
            var digests = new List<string>();
            foreach (var item in new[] { "manifest", "manifest-random2", "manifest-random3" })
                digests.Add(await PutAsync(root.Main, image, item, root.RandomFile(item)));
            await root.Main.MustAsync("add-names", "--name", "localhost/fooimage:latest", image);

            var shown = await root.Main.SaysAsync("image", image);
            Assert.All(digests, digest => Assert.Contains("Digest: " + digest, shown, StringComparison.Ordinal));
            foreach (var digest in digests)
            {
                var found = await root.Main.SaysAsync("images-by-digest", digest);
                Assert.Equal(image, found.Split('\n')[0]);
                Assert.Contains("name: wonderful-image", found, StringComparison.Ordinal);
                Assert.All(digests, other => Assert.Contains("digest: " + other, found, StringComparison.Ordinal));
            }
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_find_every_image_once_when_several_have_the_digest(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (store, layer) = (root.Main, await root.Main.LayerAsync());
            var (a, b, c) = (root.RandomFile("a"), root.RandomFile("b"), root.RandomFile("c"));
            var digestOfC = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(c)));
            var images = new List<string>();
            for (var i = 1; i <= 3; i++) images.Add(await store.IdAsync("create-image", layer));
            for (var i = 4; i <= 5; i++) images.Add(await store.IdAsync("create-image", "--digest", digestOfC, layer));
            var digestOfA = await PutAsync(store, images[0], "manifest", a);
            await PutAsync(store, images[1], "manifest", a);
            var digestOfB = await PutAsync(store, images[2], "manifest", b);
            await PutAsync(store, images[4], "manifest", c);

            async Task FindsAsync(string digest, params string[] expected) => Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                (await store.LinesAsync("images-by-digest", "--quiet", digest)).Order(StringComparer.Ordinal));
            await FindsAsync(digestOfA, images[0], images[1]);
            await FindsAsync(digestOfB, images[2]);
            await FindsAsync(digestOfC, images[3], images[4]);
            await store.MustAsync("delete-image", images[1]);
            await FindsAsync(digestOfA, images[0]);
            await store.MustAsync("delete-image", images[0]);
            await FindsAsync(digestOfA);
        });

    /// <summary>Gives it two items; it is then shown with its id, its name and both of them.</summary>
    private static async Task<Outcome> ShowsItsItemsAsync(ConformanceRoot root, string kind, string id, string name)
    {
        foreach (var item in new[] { "random1", "random2" })
            await root.Main.MustAsync($"set-{kind}-data", "-f", root.RandomFile(item), id, item);
        return (await root.Main.MustAsync(kind, id))
            .Says($"ID: {id}").Says($"Name: {name}").Says("Data: random1").Says("Data: random2");
    }

    /// <summary>Gives an image a data item and returns its digest.</summary>
    private static async Task<string> PutAsync(ConformanceStore store, string image, string item, string file)
    {
        await store.MustAsync("set-image-data", "-f", file, image, item);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)));
    }
}
