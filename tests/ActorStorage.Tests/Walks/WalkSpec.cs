// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Walks;

/// <summary>Operations that span stores: all of it or nothing, also when the last step fails.</summary>
public sealed class WalkSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync(disk: _disk);

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_delete_with_an_image_the_layers_that_nothing_else_needs()
    {
        await PutChainAsync("base", "middle", "top");
        await _client.PutLayerAsync(EngineRoot.Empty("side", "base"));
        await _client.CreateImageAsync(Image("image", "top"));
        await _client.CreateImageAsync(Image("other", "side"));

        Assert.Equal(["top", "middle"], await LayersOfAsync("image", test: true));
        Assert.Equal(2, (await _client.ListImagesAsync()).Count);
        Assert.Equal(["top", "middle"], await LayersOfAsync("image", test: false));

        Assert.Equal(["base", "side"], (await _client.ListLayersAsync()).Select(layer => layer.Id.Value));
        Assert.Equal(["other"], (await _client.ListImagesAsync()).Select(image => image.Id.Value));
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Should_keep_what_is_needed_and_say_by_whom()
    {
        await PutChainAsync("base", "top");
        await _client.CreateImageAsync(Image("image", "top"));
        var container = await _client.CreateContainerAsync(Container("container", "image"));

        var layer = await RefusedAsync(() => _client.DeleteLayerAsync("base"));
        var image = await RefusedAsync(() => _client.DeleteImageAsync("image"));
        var own = await RefusedAsync(() => _client.DeleteLayerAsync(container.Layer!.Value.Value));

        Assert.Equal((StorageErrorKind.HasChildren, "used by layer top: layer has children"), Of(layer));
        Assert.Equal((StorageErrorKind.InUse, "image used by container: image is in use by a container"), Of(image));
        Assert.Equal(StorageErrorKind.InUse, own.Kind);
        Assert.Contains("used by container container", own.Message, StringComparison.Ordinal);

        await _client.DeleteContainerAsync("container");
        Assert.Null(await _client.FindLayerAsync(container.Layer!.Value.Value));
        await _client.DeleteImageAsync("image");
        Assert.Empty(await _client.ListLayersAsync());
        await CleanAsync();
    }

    [SkippableTheory]
    [InlineData("containers.json")]
    [InlineData("layers.json")]
    public async Task Should_leave_nothing_of_a_container_when_a_document_cannot_be_replaced(string document)
    {
        await PutChainAsync("base", "top");
        await _client.CreateImageAsync(Image("image", "top"));
        _disk.BeforeRename = (_, to) =>
        {
            if (to == document) throw new StorageException(StorageErrorKind.NoSpace, "the disk is full");
        };

        var refused = await RefusedAsync(() => _client.CreateContainerAsync(Container("container", "image")));
        _disk.BeforeRename = null;

        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.Empty(await _client.ListContainersAsync());
        Assert.Equal(["base", "top"], (await _client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await _client.CreateContainerAsync(Container("container", "image"));
        await _client.DeleteContainerAsync("container");
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Should_refuse_a_container_whose_name_is_taken_and_keep_no_layer_of_it()
    {
        await PutChainAsync("base");
        await _client.CreateImageAsync(Image("image", "base"));
        await _client.CreateContainerAsync(Container("one", "image") with { Names = ["name"] });

        var refused = await RefusedAsync(
            () => _client.CreateContainerAsync(Container("two", "image") with { Names = ["name"] }));

        Assert.Equal(StorageErrorKind.NameTaken, refused.Kind);
        Assert.Equal(2, (await _client.ListLayersAsync()).Count);
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Should_refuse_a_container_whose_maps_overlap_and_keep_no_copy_made_for_it()
    {
        await PutChainAsync("base");
        await _client.CreateImageAsync(Image("image", "base"));
        var overlapping = new IdMaps([new IdMap(0, 5, 10), new IdMap(5, 20, 10)], [new IdMap(0, 5, 10)]);

        var refused = await RefusedAsync(() => _client.CreateContainerAsync(
            Container("container", "image") with { Maps = WantedMaps.Of(overlapping) }));

        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Single(await _client.ListLayersAsync());
        Assert.Empty((await _client.GetImageAsync("image")).MappedLayers);
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Should_hand_names_and_metadata_to_whatever_answers_to_the_text()
    {
        await PutChainAsync("layer");
        await _client.CreateImageAsync(Image("image", "layer"));
        await _client.CreateContainerAsync(Container("container", "image"));

        foreach (var item in (string[])["layer", "image", "container"])
        {
            Assert.Equal(["a", "b"], await _client.ChangeNamesOfAnyAsync(item, NamesChange.Set, ["a", "b", "a"]));
            await _client.SetMetadataOfAnyAsync(item, $"of {item}");
            var found = await _client.LookupAsync(item);
            Assert.Equal(["a", "b"], found!.Names);
            Assert.Equal($"of {item}", found.Metadata);
        }
        var refused = await RefusedAsync(() => _client.ChangeNamesOfAnyAsync("nothing", NamesChange.Add, ["c"]));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
    }

    [SkippableFact]
    public async Task Should_list_everything_at_one_point_in_time_and_wipe_it()
    {
        await PutChainAsync("base", "top");
        await _client.CreateImageAsync(Image("image", "top"));
        await _client.SetImageDataAsync("image", "data", Encoding.UTF8.GetBytes("value"));
        await _client.CreateContainerAsync(Container("container", "image"));
        await _client.MountAsync("container");

        var all = await _client.ListAllAsync();

        Assert.Equal((3, 1, 1, 1), Counts(all));
        Assert.Equal(3, await _client.WipeAsync());
        all = await _client.ListAllAsync();
        Assert.Equal((0, 0, 0, 0), Counts(all));
        await CleanAsync();
    }

    private static (int, int, int, int) Counts(WalkProtocol.ListAllOk all) => (
        all.Records.Layers.Count, all.Records.Images.Count, all.Records.Containers.Count, all.Mounts.Length);

    private static NewImage Image(string id, string top) => new() { Id = new ImageId(id), TopLayer = top };

    private static NewContainer Container(string id, string image) =>
        new() { Id = new ContainerId(id), Image = image };

    private static (StorageErrorKind, string) Of(StorageException refused) => (refused.Kind, refused.Message);

    private static Task<StorageException> RefusedAsync(Func<Task> request) =>
        Assert.ThrowsAsync<StorageException>(request);

    private async Task<string[]> LayersOfAsync(string image, bool test) =>
        [.. (await _client.DeleteImageAsync(image, test)).Select(layer => layer.Value)];

    [SkippableFact]
    public async Task Should_delete_a_mapped_copy_not_before_its_image_has_forgotten_it()
    {
        await PutChainAsync("top");
        await _client.CreateImageAsync(Image("image", "top"));
        var mapped = Container("container", "image") with
        {
            Maps = WantedMaps.Of(new IdMaps([new IdMap(0, 1000, 10)], [new IdMap(0, 1000, 10)])),
        };
        await _client.CreateContainerAsync(mapped);
        await _client.DeleteContainerAsync("container");
        var copy = Assert.Single((await _client.GetImageAsync("image")).MappedLayers);
        _disk.BeforeRename = (_, to) =>
        {
            if (to == "images.json") throw new StorageException(StorageErrorKind.NoSpace, "the disk is full");
        };

        var refused = await RefusedAsync(() => _client.DeleteLayerAsync(copy.Value));
        _disk.BeforeRename = null;

        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.NotNull(await _client.FindLayerAsync(copy.Value));
        await _client.DeleteLayerAsync(copy.Value);
        Assert.Empty((await _client.GetImageAsync("image")).MappedLayers);
        Assert.Null(await _client.FindLayerAsync(copy.Value));
        await CleanAsync();
    }

    private async Task PutChainAsync(params string[] ids)
    {
        string? parent = null;
        foreach (var id in ids)
        {
            await _client.PutLayerAsync(EngineRoot.Empty(id, parent));
            parent = id;
        }
    }

    private async Task CleanAsync()
    {
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }
}
