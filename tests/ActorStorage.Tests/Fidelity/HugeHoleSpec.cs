// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;
using ActorStorage.Disk.Tests.Archive;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Fidelity;

/// <summary>
/// An archive of some bytes makes a file of a tebibyte that is one hole: nobody may read it through, and no copy of it
/// may fill the disk.
/// </summary>
public sealed class HugeHoleSpec : IDisposable
{
    private const long SizeBytes = 1L << 40;
    private const int RoomMax = 1 << 20;
    private static readonly TimeSpan TookMax = TimeSpan.FromSeconds(20);
    private static readonly CheckOptions Everything = new(TimeSpan.FromDays(1));
    private readonly CancellationTokenSource _hanging = new(TookMax);

    public void Dispose() => _hanging.Dispose();

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_give_the_archive_back_when_a_layer_has_a_huge_hole(string driver)
    {
        await using var root = new EngineRoot(driver);
        var client = await root.StartAsync();
        // The header of the second name says a size too, which means nothing.
        var archive = WithHole("huge")
            .Pax(("size", $"{SizeBytes}")).Header(new TarFields("same", '1') { Link = "huge" }).Ended();

        await client.PutLayerAsync(EngineRoot.Of(archive, "layer"));

        Assert.Equal(archive, await DiffAsync(client, "layer"));
        Assert.Equal(SizeBytes, Status(root, "layer", "same").st_size);
        Assert.Equal(SizeBytes, await client.DiffSizeAsync("layer", null, _hanging.Token));
        Assert.Empty((await client.CheckAsync(Everything, _hanging.Token)).Layers);
    }

    [Fact]
    public async Task Should_keep_the_hole_when_a_layer_is_copied()
    {
        await using var root = new EngineRoot("vfs");
        var client = await root.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(WithHole("huge").Ended(), "layer"));

        await client.PutLayerAsync(EngineRoot.Of(new TarBuilder().File("f", "f").Ended(), "child", "layer"));

        var copy = Status(root, "child", "huge");
        Assert.Equal(SizeBytes, copy.st_size);
        Assert.InRange(copy.st_blocks * 512, 1, RoomMax);
        var change = Assert.Single(await client.ChangesAsync("child", null, _hanging.Token));
        Assert.Equal(new LayerChange(LayerChangeKind.Added, "/f"), change);
        Assert.Empty((await client.CheckAsync(Everything, _hanging.Token)).Layers);
    }

    [Fact]
    public async Task Should_refuse_the_diff_at_once_when_a_file_became_a_huge_hole()
    {
        await using var root = new EngineRoot();
        var client = await root.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(new TarBuilder().File("huge", "small").Ended(), "layer"));
        Assert.Equal(0, Syscall.truncate(PathOf(root, "layer", "huge"), SizeBytes));

        var refused = await Assert.ThrowsAsync<StorageException>(() => DiffAsync(client, "layer"));

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
    }

    [Fact]
    public async Task Should_keep_the_hole_when_a_file_put_aside_is_linked_to()
    {
        await using var root = new EngineRoot();
        var client = await root.StartAsync();
        var archive = WithHole(".wh..wh.plnk/1").Header(new TarFields("a", '1') { Link = ".wh..wh.plnk/1" })
            .File(".wh..wh.plnk/2", "two").Header(new TarFields("b", '1') { Link = ".wh..wh.plnk/2" })
            .Header(new TarFields("c", '1') { Link = ".wh..wh.plnk/1" }).Ended();

        await client.PutLayerAsync(EngineRoot.Of(archive, "layer"), _hanging.Token);

        foreach (var name in (string[])["a", "c"])
        {
            var file = Status(root, "layer", name);
            Assert.Equal(SizeBytes, file.st_size);
            Assert.InRange(file.st_blocks * 512, 1, RoomMax);
        }
        Assert.Equal("two", await File.ReadAllTextAsync(PathOf(root, "layer", "b"), _hanging.Token));
    }

    [Fact]
    public async Task Should_not_read_holes_when_equal_files_are_looked_for()
    {
        await using var root = new EngineRoot();
        var client = await root.StartAsync();
        foreach (var id in (string[])["one", "other"])
        {
            await client.PutLayerAsync(EngineRoot.Of(WithHole("huge").Ended(), id));
            await client.CreateImageAsync(new NewImage { Id = new ImageId(id), TopLayer = id });
        }
        var start = Stopwatch.GetTimestamp();

        // Whether blocks can be shared is up to the file system.
        try
        {
            await client.DeduplicateAsync(DedupHash.Sha256, _hanging.Token);
        }
        catch (StorageException refused)
        {
            Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TookMax);
    }

    private static TarBuilder WithHole(string name) => new TarBuilder()
        .Pax(("GNU.sparse.size", $"{SizeBytes}"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.map", $"{SizeBytes / 2},1"))
        .File(name, "x");

    private async Task<byte[]> DiffAsync(StorageClient client, string layer)
    {
        using var diff = new MemoryStream();
        await client.DiffAsync(layer, diff, Compression.None, null, _hanging.Token);
        return diff.ToArray();
    }

    private static Stat Status(EngineRoot root, string layer, string name)
    {
        Assert.Equal(0, Syscall.stat(PathOf(root, layer, name), out var status));
        return status;
    }

    private static string PathOf(EngineRoot root, string layer, string name) =>
        Path.Combine(ImportedLayer.ContentOf(root.Root, layer), name);
}
