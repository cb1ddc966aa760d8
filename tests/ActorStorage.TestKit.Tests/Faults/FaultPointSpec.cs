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
        await using var root = await TestRoot.StartAsync(Sys, new()
        {
            Driver = driver,
            ChangeSettings = settings => settings with { Flush = FlushMode.FileSystem },
        });
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

    private static PutLayer Layer(string id) =>
        new(new NewLayer { Id = new LayerId(id) }, Archive.AsBlob());
}
