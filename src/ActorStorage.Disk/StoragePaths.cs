// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>Where everything of one root lies. Absolute paths; the names are those of containers/storage.</summary>
public sealed record StoragePaths
{
    /// <param name="graphRoot">What must survive a reboot, e.g. /var/lib/containers/storage.</param>
    /// <param name="runRoot">What must not, e.g. /run/containers/storage.</param>
    /// <param name="driver">Canonical driver name, e.g. overlay.</param>
    public StoragePaths(string graphRoot, string runRoot, string driver = "overlay")
    {
        GraphRoot = Path.TrimEndingDirectorySeparator(Path.GetFullPath(graphRoot));
        RunRoot = Path.TrimEndingDirectorySeparator(Path.GetFullPath(runRoot));
        Driver = driver;
    }

    public string GraphRoot { get; }
    public string RunRoot { get; }
    public string Driver { get; }

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

    public string Images => $"{GraphRoot}/{Driver}-images";
    public string ImagesLock => $"{Images}/images.lock";
    public string Containers => $"{GraphRoot}/{Driver}-containers";
    public string ContainersLock => $"{Containers}/containers.lock";
    public string ContainersRun => $"{RunRoot}/{Driver}-containers";
    public string DigestLocks => $"{RunRoot}/{Driver}-locks";

    public string TarSplit(LayerId layer) => $"{Layers}/{layer.Value}.tar-split.gz";
}
