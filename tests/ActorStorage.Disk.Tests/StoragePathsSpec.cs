// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Tests;

public sealed class StoragePathsSpec
{
    [Fact]
    public void Should_keep_everything_in_the_graph_root_when_nothing_else_is_said()
    {
        var paths = new StoragePaths("/graph/", "/run/x");

        Assert.Equal("/graph", paths.GraphRoot);
        Assert.False(paths.IsSplit);
        Assert.Null(paths.ImageStoreHome);
        Assert.Null(paths.ImageStoreTemp);
        Assert.Null(paths.ImageStoreLayersLock);
        Assert.Equal("/graph/overlay-images/images.lock", paths.ImagesLock);
        Assert.Equal("/graph/overlay-layers", paths.VolatileLayers);
        Assert.Equal("/graph/overlay-containers/containers.lock", paths.ContainersLock);
        Assert.Empty(paths.ReadOnlyStores);
    }

    [Fact]
    public void Should_name_both_places_when_the_store_is_split()
    {
        var paths = new StoragePaths("/graph", "/run/x", "vfs") { ImageStore = "/images/" };

        Assert.True(paths.IsSplit);
        Assert.Equal("/images/vfs", paths.ImageStoreHome);
        Assert.Equal("/images/vfs/tempdirs", paths.ImageStoreTemp);
        Assert.Equal("/images/vfs-layers/layers.lock", paths.ImageStoreLayersLock);
        Assert.Equal("/images/vfs-images/images.lock", paths.ImagesLock);
        Assert.Equal("/graph/vfs-images/images.lock", paths.GraphRootImagesLock);
        Assert.Equal("/graph/vfs-layers/layers.lock", paths.LayersLock);
    }

    [Fact]
    public void Should_refuse_an_image_store_when_it_is_the_graph_root()
    {
        var refused = Assert.Throws<StorageException>(() => new StoragePaths("/g", "/r") { ImageStore = "/g/" });

        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }

    [Fact]
    public void Should_take_an_empty_image_store_for_none()
    {
        Assert.False(new StoragePaths("/g", "/r") { ImageStore = "" }.IsSplit);
    }

    [Fact]
    public void Should_keep_what_is_volatile_in_the_run_root_when_transient()
    {
        var paths = new StoragePaths("/graph", "/run/x") { Transient = true };

        Assert.Equal("/run/x/overlay-layers", paths.VolatileLayers);
        Assert.Equal("/run/x/overlay-containers", paths.VolatileContainers);
        Assert.Equal("/run/x/overlay-containers/containers.lock", paths.ContainersLock);
        Assert.Equal("/graph/overlay-containers", paths.Containers);
        Assert.Equal("/graph/overlay-layers/layers.lock", paths.LayersLock);
    }

    [Fact]
    public void Should_keep_the_order_of_additional_stores()
    {
        var paths = new StoragePaths("/graph", "/run/x") { AdditionalImageStores = ["/b/", "/a"] };

        Assert.Equal(["/b", "/a"], paths.ReadOnlyStores.Select(store => store.GraphRoot));
        Assert.Equal("/b/overlay-layers/layers.lock", paths.ReadOnlyStores[0].LayersLock);
        Assert.Equal("/a/overlay", paths.ReadOnlyStores[1].DriverHome);
    }
}
