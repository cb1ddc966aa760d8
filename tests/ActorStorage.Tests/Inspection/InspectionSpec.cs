// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Inspection;

/// <summary>What layers hold, as an embedder asks for it.</summary>
public sealed class InspectionSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_tell_what_was_changed_in_a_mounted_container_and_how_large_it_is()
    {
        var container = await ContainerAsync();
        var mountPoint = await _client.MountAsync("container");
        Directory.CreateDirectory(Path.Combine(mountPoint, "made"));
        await File.WriteAllBytesAsync(Path.Combine(mountPoint, "made", "file"), new byte[100]);
        File.Delete(Path.Combine(mountPoint, "etc", "shared.conf"));

        var layer = container.Layer!.Value.Value;
        var changes = await _client.ChangesAsync(layer);

        var made = changes.Where(change => change.Path.StartsWith("/made", StringComparison.Ordinal));
        Assert.Equal([LayerChangeKind.Added, LayerChangeKind.Added], made.Select(change => change.Kind));
        Assert.Single(changes, change => change.Kind == LayerChangeKind.Deleted);
        Assert.Equal(100, await _client.DiffSizeAsync(layer));
        Assert.Equal(100, await _client.GetContainerSizeAsync("container"));
        Assert.True(await _client.GetImageSizeAsync("image") > 0);
    }

    [Fact]
    public async Task Should_count_a_containers_directories_and_make_none_by_asking()
    {
        await ContainerAsync();
        var paths = _engine.Settings.Paths;

        Assert.Equal(0, await _client.GetContainerSizeAsync("container"));
        Assert.False(Directory.Exists($"{paths.Containers}/container"));
        Assert.False(Directory.Exists($"{paths.ContainersRun}/container"));

        var directory = await _client.GetContainerDirectoryAsync("container", inRunRoot: false);
        await File.WriteAllBytesAsync(Path.Combine(directory, "file"), new byte[10]);
        Assert.Equal(10, await _client.GetContainerSizeAsync("container"));
    }

    [SkippableFact]
    public async Task Should_write_the_same_diff_against_any_layer_as_the_go_tool()
    {
        Tool.Require(Tool.GoNewest);
        var container = await ContainerAsync();
        var layer = container.Layer!.Value.Value;
        var mountPoint = await _client.MountAsync("container");
        await File.WriteAllTextAsync(Path.Combine(mountPoint, "new"), "content");
        await _client.UnmountAsync("container");

        using var native = new MemoryStream();
        await _client.DiffAsync(layer, native, Compression.None);

        var theirs = await Tool.GoNewest.MustAsync(_engine.Root, "diff", "-u", layer);
        Assert.Equal(theirs.OutputSha256, Convert.ToHexStringLower(SHA256.HashData(native.ToArray())));
    }

    [SkippableFact]
    public async Task Should_add_an_archive_to_a_layer_that_is_mounted_and_record_it()
    {
        await _client.PutLayerAsync(EngineRoot.Empty("layer"));
        var mountPoint = await _client.MountLayerAsync("layer");
        var archive = LayerArchive.Small(7);

        var layer = await _client.ApplyDiffAsync(
            "layer", new LayerBlob("archive", () => new MemoryStream(archive.Bytes), archive.Bytes.Length));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(archive.Bytes)), layer.DiffDigest!.Value.Value[7..]);
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(mountPoint));
        using var diff = new MemoryStream();
        await _client.DiffAsync("layer", diff);
        Assert.Equal(archive.Bytes, diff.ToArray());
        await _client.UnmountLayerAsync("layer");
        await _client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "layer" });
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }

    [SkippableFact]
    public async Task Should_make_a_mapped_copy_for_a_container_and_an_unmapped_one_for_a_mount()
    {
        var maps = new IdMaps([new IdMap(0, 100_000, 10_000)], [new IdMap(0, 200_000, 10_000)]);
        await ContainerAsync();
        var container = await _client.CreateContainerAsync(new NewContainer
        {
            Id = new ContainerId("mapped"), Image = "image", Maps = WantedMaps.Of(maps),
        });

        var image = await _client.GetImageAsync("image");
        var copy = await _client.GetLayerAsync(Assert.Single(image.MappedLayers).Value);
        var own = await _client.GetLayerAsync(container.Layer!.Value.Value);
        Assert.Equal((copy.Id, maps, maps), (own.Parent, copy.IdMaps, own.IdMaps));

        var mapped = await OwnersAsync(await _client.MountAsync("mapped"));
        var unmapped = await OwnersAsync(await _client.MountImageAsync("image"));
        Assert.Equal(unmapped.Select(owner => $"{owner.User + 100_000}:{owner.Group + 200_000} {owner.Name}"),
            mapped.Select(owner => $"{owner.User}:{owner.Group} {owner.Name}"));

        await _client.WipeAsync();
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }

    [Fact]
    public async Task Should_find_damage_by_name_and_nothing_once_it_is_repaired()
    {
        await ContainerAsync();
        Assert.True((await _client.CheckAsync(CheckOptions.Default)).IsClean);
        var file = Directory.EnumerateFiles(_engine.Root.DiffOf("layer"), "*", SearchOption.AllDirectories)
            .First(path => new FileInfo(path) is { Length: > 0, LinkTarget: null });
        await File.AppendAllTextAsync(file, "damage");

        var report = await _client.CheckAsync(CheckOptions.Default);

        Assert.Equal(["layer"], report.Layers.Keys);
        Assert.Equal(["image"], report.Images.Keys);
        Assert.Contains("file integrity checksum failed", report.Layers["layer"][0], StringComparison.Ordinal);
    }

    private async Task<ContainerRecord> ContainerAsync()
    {
        await _client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(3), "layer"));
        await _client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "layer" });
        return await _client.CreateContainerAsync(new NewContainer
        {
            Id = new ContainerId("container"), Image = "image",
        });
    }

    private static async Task<List<(long User, long Group, string Name)>> OwnersAsync(string directory)
    {
        var found = await Command.RunInAsync(directory, "find", ".", "-mindepth", "1", "-printf", "%U %G %p\n");
        return
        [
            .. found.Succeeded().Lines.Order(StringComparer.Ordinal).Select(line => line.Split(' ', 3))
                .Select(fields => (long.Parse(fields[0], CultureInfo.InvariantCulture),
                    long.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]))
                .OrderBy(owner => owner.Item3, StringComparer.Ordinal),
        ];
    }
}
