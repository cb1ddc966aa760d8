// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>The layer store of one root: its directories, its index, and who has mounted what.</summary>
public sealed class LayerRoot : RecordRoot<LayerRecord, LayerIndex>
{
    private readonly FileLock _mountPointsLock;
    private readonly List<Trash> _trash = [];
    private (LockToken Token, MountPoints Mounts)? _mounts;

    public LayerRoot(IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, TimeProvider time)
        : this(disk, paths, driver, area, time, disk.OpenDirectory(paths.Layers))
    {
    }

    private LayerRoot(
        IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, TimeProvider time,
        DirectoryHandle directory)
        : base(disk, time, new LayerIndexFile(disk, directory))
    {
        (Paths, Driver, Area, Directory) = (paths, driver, area, directory);
        RunDirectory = disk.OpenDirectory(paths.LayersRun);
        _mountPointsLock = FileLock.Open(paths.MountPointsLock);
        MountPointsMeter = new LockMeter(paths.MountPointsLock);
    }

    public StoragePaths Paths { get; }
    public ILayerDriver Driver { get; }
    public StagingArea Area { get; }

    /// <summary>overlay-layers in the graph root: the index, tar-split files, big data.</summary>
    public override DirectoryHandle Directory { get; }

    /// <summary>overlay-layers in the run root: mountpoints.json.</summary>
    public DirectoryHandle RunDirectory { get; }

    public LockMeter MountPointsMeter { get; }

    /// <summary>What repairs have left to be removed; asked for when no lock is held.</summary>
    public IReadOnlyList<Trash> TakeTrash()
    {
        var trash = _trash.ToArray();
        _trash.Clear();
        return trash;
    }

    /// <summary>
    /// Who has mounted what, as last written by anybody. Needs no lock: the file is replaced as a whole, and a count
    /// read without a lock may be old by the time it is looked at anyway.
    /// </summary>
    public MountPoints Mounts()
    {
        var token = _mountPointsLock.ReadToken();
        if (_mounts is { } known && known.Token == token && token != LockToken.Empty) return known.Mounts;
        // Not remembered: whoever wrote this token may be about to replace the document.
        return MountPoints.Load(Disk, RunDirectory);
    }

    /// <summary>Changes mountpoints.json under its lock. layers.lock is held exclusively.</summary>
    /// <param name="change">Mounts or unmounts and says what is mounted then; not saved when it returns the
    /// same.</param>
    /// <exception cref="StorageException">Locked: the lock was not free in time.</exception>
    public void ChangeMounts(TimeSpan waitMax, Func<MountPoints, MountPoints> change)
    {
        var requestedAt = Time.GetTimestamp();
        using var held = LockWait.Acquire(Paths.MountPointsLock, LockMode.Exclusive, waitMax);
        var heldSince = Time.GetTimestamp();
        var before = Mounts();
        _mounts = (held.ReadToken(), before);
        var after = change(before);
        if (!ReferenceEquals(before, after))
        {
            using var prepared = after.Prepare(Disk, RunDirectory);
            var token = LockToken.New(Time);
            _mounts = null;
            held.WriteToken(token);
            prepared.Publish();
            _mounts = (token, after);
        }
        MountPointsMeter.Record(Time.GetElapsedTime(requestedAt, heldSince), Time.GetElapsedTime(heldSince));
    }

    /// <summary>Makes the renames of the last commits durable: of the trees first, then of the index.</summary>
    public void SyncDirectories()
    {
        Disk.Sync(Driver.Home);
        Disk.Sync(Directory);
    }

    public override void Dispose()
    {
        _mountPointsLock.Dispose();
        Directory.Dispose();
        RunDirectory.Dispose();
    }

    private protected override bool NeedsRepair(LoadedIndex<LayerIndex> loaded) =>
        base.NeedsRepair(loaded) || loaded.Index.Incomplete.Any();

    private protected override void Repair(FileLock storeLock) =>
        _trash.AddRange(LayerDeletion.Finish(this, storeLock, [.. Index.Incomplete]));
}
