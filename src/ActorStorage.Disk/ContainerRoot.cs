// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>The container store of a root: its directories and its index.</summary>
public sealed class ContainerRoot : RecordRoot<ContainerRecord, ContainerIndex>
{
    public ContainerRoot(IDisk disk, StoragePaths paths, TimeProvider time)
        : this(
            disk, disk.OpenDirectory(paths.Containers), disk.OpenDirectory(paths.ContainersRun), paths.Transient, time)
    {
    }

    private ContainerRoot(
        IDisk disk, DirectoryHandle directory, DirectoryHandle runDirectory, bool isTransient, TimeProvider time)
        : base(disk, time, new ContainerIndexFile(disk, directory, isTransient ? runDirectory : directory)) =>
        (Directory, RunDirectory, IsTransient) = (directory, runDirectory, isTransient);

    /// <summary>In the graph root: the index, big data, what must survive a reboot.</summary>
    public override DirectoryHandle Directory { get; }

    /// <summary>In the run root.</summary>
    public DirectoryHandle RunDirectory { get; }

    /// <summary>Every container is volatile then.</summary>
    public bool IsTransient { get; }

    public override void Dispose()
    {
        Directory.Dispose();
        RunDirectory.Dispose();
    }

    private protected override bool NeedsRepair(LoadedIndex<ContainerIndex> loaded) =>
        base.NeedsRepair(loaded) || HasUnfinishedDocument();

    private protected override void Repair(FileLock storeLock)
    {
        var (measured, now) = (Index, Timestamp.Now(Time));
        foreach (var container in Index.Containers)
        {
            foreach (var item in UnrecordedData.Of(Disk, Directory, container.Id.Value, container.BigData))
            {
                var write = new ContainerWrite.SetBigData(container.Id.Value, item.Key, item.Value);
                measured = ContainerDecision.Decide(measured, write, now, IsTransient).Index;
            }
        }
        RepairUnfinished(storeLock, measured);
    }
}
