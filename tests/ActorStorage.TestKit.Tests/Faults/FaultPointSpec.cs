// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using Mono.Unix.Native;

namespace ActorStorage.TestKit.Tests.Faults;

public sealed class FaultPointSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly string[] OnlyOverlay =
    [
        "commit.link", "commit.mark", "delete.link", "mount.overlay", "mount.unmount", "stage.mark",
    ];

    private static readonly LayerArchive Archive = LayerArchive.Small(1);

    [Fact]
    public void Should_keep_the_names_that_tests_of_others_use() => Assert.Equal(
        [
            "any", "stage.begin", "stage.file", "stage.write", "stage.tar-split", "stage.mark", "stage.flush",
            "commit.index-write", "commit.index-sync", "commit.token", "commit.tree", "commit.link",
            "commit.tar-split", "commit.index", "commit.mark", "image.data", "image.index", "container.index",
            "mount.overlay", "mount.count", "mount.unmount", "delete.link", "delete.tree", "delete.tar-split",
            "delete.remove",
        ],
        FaultPoint.All.Select(point => point.Name));

    [Fact]
    public void Should_name_the_points_there_are_when_one_is_not_known()
    {
        Assert.Same(FaultPoint.CommitIndex, FaultPoint.Named("commit.index"));
        var refused = Assert.Throws<StorageException>(() => FaultPoint.Named("commit.indx"));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains("commit.index", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_pass_every_point_in_the_life_of_a_layer(string driver)
    {
        await using var root = await StartAsync(driver, FlushMode.FileSystem);
        var points = FaultPoint.All.ToDictionary(point => point.Name, point => root.Disk.At(point));

        await root.Client.PutLayerAsync(Layer("base"));
        await root.Client.CreateImageAsync(new NewImage
        {
            Id = new ImageId("image"), TopLayer = "base", BigData = [new NewBigData("manifest", "{}"u8.ToArray())],
        });
        await root.Client.CreateContainerAsync(new NewContainer { Id = new ContainerId("work"), Image = "image" });
        await root.Client.MountAsync("work");
        await root.Client.UnmountAsync("work");
        await root.Client.DeleteContainerAsync("work");
        await root.Client.DeleteImageAsync("image");
        await root.CheckInvariantsAsync();

        Assert.Equal(
            driver == "vfs" ? OnlyOverlay : [],
            points.Where(point => point.Value.Hits == 0).Select(point => point.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("stage.begin")]
    [InlineData("stage.file")]
    [InlineData("stage.write")]
    [InlineData("stage.tar-split")]
    [InlineData("commit.tree")]
    [InlineData("commit.link")]
    [InlineData("commit.tar-split")]
    [InlineData("commit.index")]
    public async Task Should_refuse_the_layer_and_keep_nothing_of_it_when_a_point_fails(string point)
    {
        await using var root = await TestRoot.StartAsync(Sys);
        var fault = root.Disk.At(FaultPoint.Named(point)).Fail(Errno.EIO);

        var refused = await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(Layer("base")));

        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.Equal(NativeConvert.FromErrno(Errno.EIO), refused.Error.Errno);
        Assert.True(fault.Reached.IsCompletedSuccessfully);
        Assert.Empty(await root.Client.ListLayersAsync());
        await root.CheckInvariantsAsync();
        await root.Client.PutLayerAsync(Layer("base"));
        await root.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("overlay", FlushMode.FileSystem)]
    [InlineData("overlay", FlushMode.Tree)]
    [InlineData("vfs", FlushMode.Tree)]
    public async Task Should_refuse_a_layer_that_cannot_be_flushed(string driver, FlushMode flush)
    {
        await using var root = await StartAsync(driver, flush);
        var fault = root.Disk.At(FaultPoint.StageFlush).Fail(Errno.EIO);
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(Layer("base")));
        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.True(fault.Reached.IsCompletedSuccessfully);
        await root.Client.PutLayerAsync(Layer("base"));
        await root.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_not_flush_what_need_not_be(string driver)
    {
        await using var root = await StartAsync(driver, FlushMode.None);
        var fault = root.Disk.At(FaultPoint.StageFlush);
        await root.Client.PutLayerAsync(Layer("base"));
        await root.Client.PutLayerAsync(
            new PutLayer(new NewLayer { Id = new LayerId("top"), Parent = "base" }, Archive.AsBlob()));
        Assert.Equal(0, fault.Hits);
    }

    [Theory]
    [InlineData("stage.file", EffectKind.CreateFile, "vfs/tempdirs/temp-dir-1/0-a/link", true)]
    [InlineData("stage.write", EffectKind.Write, "vfs/tempdirs/temp-dir-1/0-a/uncommitted", true)]
    [InlineData("stage.write", EffectKind.Write, "overlay/tempdirs/temp-dir-1/0-a/link", false)]
    [InlineData("stage.write", EffectKind.Write, "overlay/tempdirs/temp-dir-1/0-a/diff/link", true)]
    [InlineData("delete.remove", EffectKind.RemoveFile, "vfs/tempdirs/temp-dir-1/0-a/lower", true)]
    [InlineData("delete.remove", EffectKind.RemoveFile, "overlay/tempdirs/temp-dir-1/0-a/lower", false)]
    [InlineData("stage.flush", EffectKind.Sync, "overlay/tempdirs/temp-dir-1/0-a", true)]
    [InlineData("stage.flush", EffectKind.Sync, "overlay/tempdirs/temp-dir-1/0-a/diff/etc", true)]
    [InlineData("stage.flush", EffectKind.Sync, "overlay/tempdirs/temp-dir-1/0-a/lower", false)]
    [InlineData("stage.flush", EffectKind.Sync, "overlay", false)]
    [InlineData("stage.begin", EffectKind.MakeDirectory, "overlay/tempdirs/temp-dir-1/0-a", true)]
    [InlineData("stage.begin", EffectKind.MakeDirectory,
        "overlay/tempdirs/temp-dir-1/0-a/diff/tempdirs/temp-dir-2/b", false)]
    [InlineData("stage.mark", EffectKind.CreateFile, "overlay/tempdirs/temp-dir-1/0-a/uncommitted", true)]
    [InlineData("stage.mark", EffectKind.CreateFile, "overlay/tempdirs/temp-dir-1/0-a/diff/uncommitted", false)]
    [InlineData("stage.mark", EffectKind.CreateFile, "vfs/tempdirs/temp-dir-1/0-a/uncommitted", false)]
    [InlineData("commit.mark", EffectKind.RemoveFile, "overlay/a/uncommitted", true)]
    [InlineData("commit.mark", EffectKind.RemoveFile, "overlay/tempdirs/temp-dir-1/0-a/uncommitted", false)]
    [InlineData("commit.mark", EffectKind.RemoveFile, "overlay/a/diff/overlay/b/uncommitted", false)]
    [InlineData("commit.token", EffectKind.Write, "overlay-layers/layers.lock", true)]
    [InlineData("commit.token", EffectKind.Write, "overlay/tempdirs/temp-dir-1/0-a/diff/layers.lock", false)]
    [InlineData("commit.token", EffectKind.Write, "vfs/tempdirs/temp-dir-1/0-a/x-layers/layers.lock", false)]
    [InlineData("commit.index-write", EffectKind.Write, "overlay/a/diff/.tmp-layers.json1", false)]
    [InlineData("delete.link", EffectKind.RemoveFile, "overlay/l/ABC", true)]
    [InlineData("delete.link", EffectKind.RemoveFile, "vfs/dir/a/overlay/l/ABC", false)]
    public void Should_tell_the_stores_own_files_from_those_of_layers(
        string point, EffectKind kind, string path, bool isAt) => Assert.Equal(
        isAt, FaultPoint.Named(point).Matches(new DiskEffect(kind, $"/var/lib/storage/{path}")));

    private Task<TestRoot> StartAsync(string driver, FlushMode flush) => TestRoot.StartAsync(
        Sys, new() { Driver = driver, ChangeSettings = settings => settings with { Flush = flush } });

    private static PutLayer Layer(string id) =>
        new(new NewLayer { Id = new LayerId(id) }, Archive.AsBlob());
}
