// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Where everything of one root lies. Absolute paths; the names are those of containers/storage.</summary>
public sealed record StoragePaths
{
    /// <param name="graphRoot">What must survive a reboot, e.g. /var/lib/containers/storage.</param>
    /// <param name="runRoot">What must not, e.g. /run/containers/storage.</param>
    /// <param name="driver">Canonical driver name, e.g. overlay.</param>
    public StoragePaths(string graphRoot, string runRoot, string driver = "overlay")
    {
        GraphRoot = Normal(graphRoot);
        RunRoot = Normal(runRoot);
        Driver = driver;
    }

    public string GraphRoot { get; }
    public string RunRoot { get; }
    public string Driver { get; }

    /// <summary>Where images and the layers that nobody writes to go instead of the graph root; null when they stay
    /// there.</summary>
    /// <exception cref="StorageException">Invalid: it is the graph root.</exception>
    public string? ImageStore
    {
        get;
        init
        {
            field = string.IsNullOrEmpty(value) ? null : Normal(value);
            if (field != GraphRoot) return;
            throw new StorageException(
                StorageErrorKind.Invalid,
                $"imagestore {field} must either be not set or be different than graphroot");
        }
    }

    /// <summary>Graph roots of other stores whose images and layers are used and never changed, in the order in which
    /// they are asked.</summary>
    public IReadOnlyList<string> AdditionalImageStores { get; init => field = [.. value.Select(Normal)]; } = [];

    /// <summary>Whether containers and what is volatile are forgotten with the run root.</summary>
    public bool Transient { get; init; }

    public bool IsSplit => ImageStore is not null;

    public string StorageLock => $"{GraphRoot}/storage.lock";
    public string UserNamespaceLock => $"{GraphRoot}/userns.lock";

    /// <summary>The driver's home: one directory per layer. It is a mount point of its own while tools work.</summary>
    public string DriverHome => $"{GraphRoot}/{Driver}";
    public string DriverRun => $"{RunRoot}/{Driver}";
    public string DriverTemp => $"{DriverHome}/tempdirs";

    public string Layers => $"{GraphRoot}/{Driver}-layers";
    public string LayersLock => $"{Layers}/layers.lock";
    public string LayersTemp => $"{Layers}/tmp";
    public string LayersRun => $"{RunRoot}/{Driver}-layers";
    public string MountPointsLock => $"{LayersRun}/mountpoints.lock";

    /// <summary>The directory of volatile-layers.json.</summary>
    public string VolatileLayers => Transient ? LayersRun : Layers;

    /// <summary>The driver's second home, with layers of its own; null unless the store is split.</summary>
    public string? ImageStoreHome => InImageStore("");
    public string? ImageStoreTemp => ImageStoreHome is { } home ? $"{home}/tempdirs" : null;

    /// <summary>The directory of the second layers.json; null unless the store is split. Tar-split files and big data
    /// of the layers in it lie in <see cref="Layers"/> all the same.</summary>
    public string? ImageStoreLayers => InImageStore("-layers");
    public string? ImageStoreLayersLock => ImageStoreLayers is { } layers ? $"{layers}/layers.lock" : null;

    /// <summary>Where new images go: the image store when there is one.</summary>
    public string Images => InImageStore("-images") ?? GraphRootImages;
    public string ImagesLock => $"{Images}/images.lock";

    /// <summary>The graph root's own images. In a split store they are searched after the others, and may be
    /// changed.</summary>
    public string GraphRootImages => $"{GraphRoot}/{Driver}-images";
    public string GraphRootImagesLock => $"{GraphRootImages}/images.lock";
    public string ImagesRun => $"{RunRoot}/{Driver}-images";

    public string Containers => $"{GraphRoot}/{Driver}-containers";
    public string ContainersRun => $"{RunRoot}/{Driver}-containers";

    /// <summary>The directory of volatile-containers.json and of containers.lock.</summary>
    public string VolatileContainers => Transient ? ContainersRun : Containers;
    public string ContainersLock => $"{VolatileContainers}/containers.lock";
    public string DigestLocks => $"{RunRoot}/{Driver}-locks";

    /// <summary>What is used of <see cref="AdditionalImageStores"/>, in their order.</summary>
    public IReadOnlyList<ReadOnlyStorePaths> ReadOnlyStores =>
        [.. AdditionalImageStores.Select(root => new ReadOnlyStorePaths(root, Driver))];

    /// <summary>The directory with a layer's tar-split file and big data, in whichever store it is.</summary>
    public string LayersOf(LayerRecord layer) =>
        layer.ReadOnlyStore is { } root ? new ReadOnlyStorePaths(root, Driver).Layers : Layers;

    public string TarSplit(LayerId layer) => $"{Layers}/{layer.TarSplitName}";

    private string? InImageStore(string suffix) => ImageStore is null ? null : $"{ImageStore}/{Driver}{suffix}";

    private static string Normal(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}

/// <summary>Where the layers and images of a store lie that is only read.</summary>
/// <param name="GraphRoot">Absolute.</param>
/// <param name="Driver">Of the store that reads it: what other drivers left there is not seen.</param>
public sealed record ReadOnlyStorePaths(string GraphRoot, string Driver)
{
    public string DriverHome => $"{GraphRoot}/{Driver}";
    public string Layers => $"{GraphRoot}/{Driver}-layers";
    public string LayersLock => $"{Layers}/layers.lock";
    public string Images => $"{GraphRoot}/{Driver}-images";
    public string ImagesLock => $"{Images}/images.lock";
}
