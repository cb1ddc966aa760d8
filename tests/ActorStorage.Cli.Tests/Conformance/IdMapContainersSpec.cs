// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Containers whose ids are mapped otherwise than those of their image.</summary>
public sealed class IdMapContainersSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_own_the_files_by_the_container_s_map_when_layers_had_many_maps(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var store = root.Main;
            var stack = await MappedStack.WholeAsync(store);
            var image = await store.IdAsync("create-image", "--name", "mapped-image", stack.Top);
            var imageMount = await store.MountAsync("-r", "mapped-image");
            Assert.Equal(Owner.Root, Owner.Of(Path.Combine(imageMount, "file_1")));
            await store.MustAsync("umount", "mapped-image");

            var (host, other) = (MappedRange.Of(2), MappedRange.Of(6));
            foreach (var (options, owner) in new[]
            {
                (host.Options, Owner.Root), (host.Options, Owner.Root), (other.Options, other.OwnerOf(0)),
                (Array.Empty<string>(), Owner.Root),
            })
            {
                var container = await store.IdAsync(["create-container", .. options, image]);
                var point = await store.MountAsync(container);
                foreach (var i in MappedRange.Numbers)
                    Assert.Equal((i, owner), (i, Owner.Of(Path.Combine(point, $"file_{i}"))));
                await store.UnmountAsync(container);
            }
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_copy_the_top_layer_once_for_each_map_when_the_image_can_be_written(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var store = root.Main;
            var (image, nothing) = await MakeImageAsync(root, store);
            var original = (await ValuesAsync(store, "image", image, "Top Layer"))[0];
            var containers = new List<string>();
            foreach (var i in MappedRange.Numbers)
            {
                containers.Add(await store.IdAsync(["create-container", .. MappedRange.Of(i).Options, image]));
                await OwnsItsFilesAsync(store, containers[^1], i);
            }

            var parents = new HashSet<string>();
            var tops = await ValuesAsync(store, "image", image, "Top Layer");
            foreach (var container in containers)
            {
                var parent = await ParentOfAsync(store, container, image);
                Assert.Contains(parent, tops);
                parents.Add(parent);
            }
            Assert.Equal(MappedRange.Numbers.Length, parents.Count);
            Assert.Equal(MappedRange.Numbers.Length, tops.Distinct().Count());
            foreach (var top in tops) await DiffIsThatOfTheRecordAsync(store, top);

            // Another image on the original top must not keep the copies alive.
            var layer = await store.LayerAsync(original);
            await store.MustAsync("apply-diff", "-f", nothing, layer);
            var second = await store.IdAsync("create-image", layer);
            await store.MustAsync(["delete-container", .. containers]);
            await store.MustAsync("delete-image", image, second);
            Assert.Equal("", await store.SaysAsync("layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_give_the_container_the_files_when_the_image_cannot_be_written(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var readOnly = root.Other("ro");
            var (image, _) = await MakeImageAsync(root, readOnly);
            await readOnly.MustAsync("shutdown");
            var both = root.MainWith(readOnly);
            var (containers, parents) = (new List<string>(), new HashSet<string>());
            foreach (var i in MappedRange.Numbers)
            {
                containers.Add(await both.IdAsync(["create-container", .. MappedRange.Of(i).Options, image]));
                await OwnsItsFilesAsync(both, containers[^1], i);
                parents.Add(await ParentOfAsync(both, containers[^1], image));
            }
            Assert.Single(parents);
            Assert.Equal(parents, await ValuesAsync(both, "image", image, "Top Layer"));

            await both.MustAsync(["delete-container", .. containers]);
            await readOnly.MustAsync("delete-image", image);
            Assert.Equal("", await both.SaysAsync("layers"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_take_a_map_when_only_the_layer_is_that_of_others(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var others = root.Other("imagestore", "runroot");
            var layer = await others.LayerAsync();
            await others.IdAsync("create-image", layer);
            await others.MustAsync("shutdown");
            // An option without a driver's name is for whichever driver it is.
            var own = root.Other("newstore", "runroot", "--storage-opt=.imagestore=" + others.Graph);

            var image = await own.IdAsync("create-image", layer);
            await own.IdAsync(["create-container", .. MappedRange.Of(1).Options, image]);
        });

    /// <summary>An image of an empty layer and one with five files, and an archive with nothing in it.</summary>
    private static async Task<(string Image, string Nothing)> MakeImageAsync(
        ConformanceRoot root, ConformanceStore store)
    {
        var nothing = root.File("nothing.tar");
        await File.WriteAllBytesAsync(nothing, new byte[1024]);
        var tar = new TarBuilder();
        foreach (var i in MappedRange.Numbers)
            tar.File($"file_{i}", Noise.Of(i, SampleFile.Bytes), owner: i);
        var files = new LayerArchive(tar.Build()).SaveAs(root.File("files.tar"));

        var lower = await store.LayerAsync(MappedRange.Of(2).Options);
        await store.MustAsync("apply-diff", "-f", nothing, lower);
        var upper = await store.LayerAsync([.. MappedRange.Of(2).Options, lower]);
        await store.MustAsync("apply-diff", "-f", files, upper);
        var image = await store.IdAsync("create-image", upper);
        Assert.NotEqual("0", Assert.Single(await ValuesAsync(store, "image", image, "Size")));
        return (image, nothing);
    }

    private static async Task OwnsItsFilesAsync(ConformanceStore store, string container, int number)
    {
        var point = await store.MountAsync(container);
        Assert.Equal(MappedRange.Of(number).OwnerOf(0), Owner.Of(point));
        foreach (var j in MappedRange.Numbers)
            Assert.Equal((j, MappedRange.Of(number).OwnerOf(j)), (j, Owner.Of(Path.Combine(point, $"file_{j}"))));
        await store.UnmountAsync(container);
    }

    /// <summary>The layer on which a container's own, which is empty, stands.</summary>
    private static async Task<string> ParentOfAsync(ConformanceStore store, string container, string image)
    {
        Assert.Equal([image], await ValuesAsync(store, "container", container, "Image"));
        // Other owners are no content.
        Assert.Equal(["0"], await ValuesAsync(store, "container", container, "Size"));
        var layer = Assert.Single(await ValuesAsync(store, "container", container, "Layer"));
        return Assert.Single(await ValuesAsync(store, "layer", layer, "Parent"));
    }

    private static async Task DiffIsThatOfTheRecordAsync(ConformanceStore store, string layer)
    {
        var json = await store.SaysAsync("layer", "--json", layer);
        Assert.Matches("\"diff-digest\":\"sha256:[0-9a-f]{64}\".*\"diff-size\":[0-9]+", json);
        var record = JsonNode.Parse(json)!.AsArray()[0]!;
        var diff = (await store.QuietAsync("diff", "-u", layer)).Succeeded().OutputBytes;
        Assert.Equal((long)record["diff-size"]!, diff.LongLength);
        Assert.Equal(
            (string)record["diff-digest"]!, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(diff)));
    }

    /// <summary>What stands behind a word at the begin of the lines of <c>image</c>, <c>container</c>...</summary>
    private static async Task<string[]> ValuesAsync(ConformanceStore store, string kind, string id, string word) =>
    [
        .. (await store.LinesAsync(kind, id))
            .Where(line => line.StartsWith(word + ": ", StringComparison.Ordinal))
            .Select(line => line[(word.Length + 2)..]),
    ];
}
