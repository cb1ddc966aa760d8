// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Crashes;

/// <summary>Everything that changes a store.</summary>
internal static class CrashOperations
{
    // As tools draw them: what lies under other names is left alone by all collectors.
    private static readonly string Orphan = new('a', 64);
    private static readonly string Image = new('b', 64);
    private static readonly string OtherImage = new('c', 64);
    private static readonly string NewOne = new('d', 64);
    private static readonly IdMap[] Shifted = [new IdMap(0, 100_000, 65_536)];

    public static IReadOnlyList<CrashOperation> All { get; } =
    [
        new("open a new root", _ => Task.CompletedTask) { CountsOpening = true },
        new("put a layer", Put("base", null, 1, "name")),
        new("put a layer on another", Put("top", "base", 2, "name")) { Setup = Chain("base") },
        new("put an empty layer", client => client.PutLayerAsync(EngineRoot.Empty("top", "base")))
        { Setup = Chain("base") },
        new("put four layers at once", client => Task.WhenAll(
            Put("one", null, 1)(client), Put("two", "one", 2)(client), Put("three", "two", 3)(client),
            Put("alone", null, 4)(client))) { IsLong = true },
        new("edit a layer",
            client => client.SetBigDataAsync("base", "first", "one"u8.ToArray()),
            client => client.SetBigDataAsync("base", "first", "another"u8.ToArray()),
            client => client.SetMetadataAsync("base", "words"),
            client => client.ChangeNamesAsync("top", NamesChange.Add, ["n-base"]))
        { Setup = Chain("base", "top") },
        new("apply an archive to a layer", client => client.ApplyDiffAsync("top", Blob(5)))
        {
            Setup = InTurn(Chain("base"), client => client.PutLayerAsync(EngineRoot.Empty("top", "base"))),
            IsWholeAtTheEnd = true,
        },
        new("delete a layer", client => client.DeleteLayerAsync("top")) { Setup = Chain("base", "top") },
        new("delete a mounted layer", client => client.DeleteLayerAsync("top"))
        { Setup = Chain("base", "top"), Before = client => client.MountLayerAsync("top"), IsLong = true },
        new("mount and unmount a layer",
            client => client.MountLayerAsync("top"),
            client => client.MountLayerAsync("top"),
            client => client.UnmountLayerAsync("top"),
            client => client.UnmountLayerAsync("top")) { Setup = Chain("base", "top") },
        new("put an image", CreateImage(Image)) { Setup = Chain("base", "top") },
        new("edit an image",
            client => client.SetImageDataAsync(Image, "more", "more"u8.ToArray()),
            client => client.SetImageDataAsync(Image, "more", "more of it"u8.ToArray()),
            client => client.ChangeNamesOfAnyAsync(Image, NamesChange.Add, ["i-ccc"]),
            client => client.SetMetadataOfAnyAsync(Image, "words"))
        { Setup = InTurn(Chain("base", "top"), CreateImage(Image), CreateImage(OtherImage)) },
        new("delete an image", client => client.DeleteImageAsync(Image))
        { Setup = InTurn(Chain("base", "top"), CreateImage(Image)), IsLong = true, MayLeaveLayers = true },
        new("create a container", CreateContainer(NewOne))
        { Setup = InTurn(Chain("base", "top"), CreateImage(Image)), IsLong = true, MayLeaveLayers = true },
        new("create a container with other ids", client => client.CreateContainerAsync(Container(NewOne) with
        {
            Maps = WantedMaps.Of(new IdMaps([.. Shifted], [.. Shifted])),
        })) { Setup = InTurn(Chain("base", "top"), CreateImage(Image)), IsLong = true, MayLeaveLayers = true },
        new("edit a container",
            client => client.SetContainerDataAsync(NewOne, "item", "value"u8.ToArray()),
            client => client.SetContainerDataAsync(NewOne, "item", "another value"u8.ToArray()),
            client => client.ChangeNamesOfAnyAsync(NewOne, NamesChange.Set, ["new"]),
            client => client.GetContainerDirectoryAsync(NewOne))
        { Setup = InTurn(Chain("base"), CreateImage(Image, "base"), CreateContainer(NewOne)) },
        new("mount and unmount a container",
            client => client.MountAsync(NewOne), client => client.UnmountAsync(NewOne))
        { Setup = InTurn(Chain("base"), CreateImage(Image, "base"), CreateContainer(NewOne)) },
        new("delete a container", client => client.DeleteContainerAsync(NewOne))
        {
            Setup = InTurn(Chain("base"), CreateImage(Image, "base"), CreateContainer(NewOne)),
            Before = client => client.MountAsync(NewOne),
            IsLong = true,
        },
        new("wipe", client => client.WipeAsync())
        { Setup = InTurn(Chain("base", "top"), CreateImage(Image), CreateContainer(NewOne)), IsLong = true },
        new("collect garbage", client => client.CollectGarbageAsync())
        {
            Setup = InTurn(Chain("base", "top"), CreateImage(Image)),
            Damage = LeaveGarbage,
            IsWholeAtTheEnd = true,
        },
        new("repair", client => RepairAsync(client))
        {
            Setup = InTurn(Chain("base", "top"), CreateImage(Image), CreateContainer(NewOne)),
            Damage = root => File.AppendAllText(ContentOf(root, "top", "srv/layer-2/data"), "damaged"),
            IsLong = true,
            IsWholeAtTheEnd = true,
            MayLeaveLayers = true,
        },
        new("make and delete a layer without a record",
            client => client.CreateStorageLayerAsync(new LayerId("bare"), new LayerId("base"), IdMaps.None),
            client => client.DeleteStorageLayerAsync(new LayerId("bare")))
        { Setup = Chain("base"), IsWholeAtTheEnd = true },
        new("shut down", client => client.ShutdownAsync()) { Setup = Chain("base") },
    ];

    private static LayerBlob Blob(int seed)
    {
        var bytes = LayerArchive.Small(seed).Bytes;
        return new LayerBlob($"{seed}", () => new MemoryStream(bytes), bytes.Length);
    }

    private static Func<StorageClient, Task> Put(string id, string? parent, int seed, params string[] names) =>
        client => client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId(id), Parent = parent, Names = [.. names], Metadata = $"of {id}" },
            Blob(seed)));

    /// <summary>Layers on one another, each with an archive and a name.</summary>
    private static Func<StorageClient, Task> Chain(params string[] ids) => async client =>
    {
        for (var i = 0; i < ids.Length; i++)
            await Put(ids[i], i == 0 ? null : ids[i - 1], i + 1, $"n-{ids[i]}")(client);
    };

    private static Func<StorageClient, Task> CreateImage(string id, string top = "top") => client =>
        client.CreateImageAsync(new NewImage
        {
            Id = new ImageId(id),
            Names = [$"i-{id[..3]}"],
            TopLayer = top,
            BigData =
            [
                new NewBigData("manifest", Encoding.UTF8.GetBytes($"{{\"of\":\"{id}\"}}")),
                new NewBigData("config", Encoding.UTF8.GetBytes($"configuration of {id}")),
            ],
        });

    private static NewContainer Container(string id) => new()
    {
        Id = new ContainerId(id),
        Names = [$"c-{id[..3]}"],
        Image = Image,
        BigData = [new NewBigData("item", "a value"u8.ToArray())],
    };

    private static Func<StorageClient, Task> CreateContainer(string id) => client =>
        client.CreateContainerAsync(Container(id));

    private static Func<StorageClient, Task> InTurn(params Func<StorageClient, Task>[] steps) => async client =>
    {
        foreach (var step in steps) await step(client);
    };

    /// <summary>What the command line does for <c>check -r -f</c>.</summary>
    /// <param name="ageMax">How old a layer may be that nothing needs; a day, unless said.</param>
    public static async Task RepairAsync(StorageClient client, TimeSpan? ageMax = null)
    {
        var report = await client.CheckAsync(
            ageMax is { } age ? new CheckOptions(age) : CheckOptions.Default);
        var plan = RepairPlan.Of(report, (await client.ListAllAsync()).Records, force: true);
        foreach (var container in plan.Containers) await client.DeleteContainerAsync(container.Value);
        foreach (var image in plan.Images) await client.DeleteImageAsync(image.Value);
        foreach (var layer in plan.Layers)
        {
            if (await client.FindLayerAsync(layer.Value) is not null) await client.DeleteLayerAsync(layer.Value);
        }
        foreach (var layer in plan.StorageLayers) await client.DeleteStorageLayerAsync(layer);
    }

    private static void LeaveGarbage(StorageRoot root)
    {
        var layers = Path.Combine(root.Graph, $"{root.Driver}-layers");
        foreach (var directory in (string[])[
            LayerDirectory(root, Orphan), Path.Combine(layers, Orphan),
            Path.Combine(root.Graph, $"{root.Driver}-images", Orphan),
            Path.Combine(root.Graph, $"{root.Driver}-containers", Orphan)])
        {
            Directory.CreateDirectory(Path.Combine(directory, "some"));
            File.WriteAllText(Path.Combine(directory, "some", "file"), "left");
        }
        File.WriteAllText(Path.Combine(layers, $"{Orphan}.tar-split.gz"), "left");
        if (root.Driver == "overlay")
            File.CreateSymbolicLink(Path.Combine(root.Overlay, "l", new string('A', 26)), $"../{Orphan}/diff");
    }

    private static string LayerDirectory(StorageRoot root, string id) =>
        root.Driver == "overlay" ? Path.Combine(root.Overlay, id) : Path.Combine(root.Graph, "vfs", "dir", id);

    private static string ContentOf(StorageRoot root, string id, string path) => Path.Combine(
        LayerDirectory(root, id), root.Driver == "overlay" ? "diff" : "", path);
}
