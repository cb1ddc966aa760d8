// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Space;

/// <summary>An image store on a file system of its own: what lies there, and what is left there.</summary>
public sealed class SplitSpaceSpec : IAsyncLifetime
{
    private const long FileSystemBytes = 16 << 20;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly EngineRoot _engine = new();

    private string ImageStore => Path.Combine(_engine.Root.Directory, "images");

    private StorageSettings Settings => _engine.Settings with
    {
        Paths = new StoragePaths(_engine.Root.Graph, _engine.Root.Run) { ImageStore = ImageStore },
    };

    public Task InitializeAsync() => FullFileSystem.MountAsync(_engine.Root, ImageStore, FileSystemBytes);

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_say_what_lies_in_both_places_and_what_is_left_in_each()
    {
        var client = await _engine.StartAsync(Settings);
        await client.PutLayerAsync(Put("image", writeable: false, LayerArchive.Large(1, megabytes: 4)));
        await client.PutLayerAsync(Put("work", writeable: true, LayerArchive.Large(2, megabytes: 4)));
        var (here, there) = (new string('a', 64), new string('b', 64));
        foreach (var orphan in (string[])[
            Path.Combine(_engine.Root.Overlay, here), Path.Combine(ImageStore, "overlay", there)])
        {
            Directory.CreateDirectory(orphan);
            await File.WriteAllBytesAsync(Path.Combine(orphan, "file"), new byte[1 << 20]);
        }

        var found = await client.DiskUseAsync();

        Assert.Equal(["image", "work"], found.Use.Layers.Keys.Select(layer => layer.Value).Order());
        Assert.All(found.Use.Layers.Values, bytes => Assert.InRange(bytes, 4 << 20, (4 << 20) + 100_000));
        Assert.Equal([here, there], found.Use.Orphans.Keys.Select(layer => layer.Value).Order());
        Assert.All(found.Use.Orphans.Values, bytes => Assert.InRange(bytes, 1 << 20, (1 << 20) + 10_000));
        Assert.InRange(found.ImageStoreFreeBytes!.Value, 0, FileSystemBytes - (5 << 20));
        Assert.InRange(found.FreeBytes, FileSystemBytes, long.MaxValue);

        var options = (string[])["--image-store", ImageStore, "disk-use"];
        var said = await Tool.Ours.MustAsync(_engine.Root, options);
        said.Says($"{here} ").Says($"{there} ").Says("without a record: 2, ").Says("free in the image store: ");
    }

    [Fact]
    public async Task Should_refuse_what_the_image_store_has_no_room_for_and_keep_the_floor_in_both()
    {
        var client = await _engine.StartAsync(Settings);
        await AssertNoSpaceAsync(
            client.PutLayerAsync(Put("image", writeable: false, LayerArchive.Large(1, megabytes: 16))), ImageStore);
        // The graph root has room for it.
        await client.PutLayerAsync(Put("work", writeable: true, LayerArchive.Large(1, megabytes: 16)));

        await AssertNoSpaceAsync(client.ReserveAsync(16 << 20, Hour), ImageStore);
        var kept = await client.ReserveAsync(8 << 20, Hour);
        await AssertNoSpaceAsync(client.ReserveAsync(8 << 20, Hour), ImageStore);
        await client.ReleaseAsync(kept);

        await _engine.StopAsync();
        client = await _engine.StartAsync(Settings with { FreeBytesMin = 15 << 20 });
        await AssertNoSpaceAsync(
            client.PutLayerAsync(Put("image", writeable: false, LayerArchive.Large(1, megabytes: 4))), ImageStore);
        await AssertNoSpaceAsync(
            client.PutLayerAsync(Put("other", writeable: true, LayerArchive.Small(1))), ImageStore);
    }

    private static PutLayer Put(string id, bool writeable, LayerArchive archive) => new(
        new NewLayer { Id = new LayerId(id), Writeable = writeable },
        new LayerBlob(id, () => new MemoryStream(archive.Bytes), archive.Bytes.Length));

    private static async Task AssertNoSpaceAsync(Task request, string where)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => request);
        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.Contains(where, refused.Message, StringComparison.Ordinal);
    }
}
