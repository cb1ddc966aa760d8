// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
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
    private readonly LayerDirectories _directories;
    private readonly ImmutableArray<ReadOnlyLayerStore> _readOnlyStores;
    private (LockToken Token, MountPoints Mounts)? _mounts;

    public LayerRoot(IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, TimeProvider time)
        : this(disk, paths, driver, area, time, LayerDirectories.Open(disk, paths))
    {
    }

    private LayerRoot(
        IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, TimeProvider time,
        LayerDirectories directories)
        : base(disk, time, directories.Documents(disk, paths))
    {
        (Paths, Driver, Area, _directories) = (paths, driver, area, directories);
        _readOnlyStores = [.. paths.ReadOnlyStores.Select(store => new ReadOnlyLayerStore(disk, store))];
        _mountPointsLock = FileLock.Open(paths.MountPointsLock);
        MountPointsMeter = new LockMeter(paths.MountPointsLock, time);
    }

    public StoragePaths Paths { get; }
    public ILayerDriver Driver { get; }
    public StagingArea Area { get; }

    /// <summary>overlay-layers in the graph root: the index, tar-split files, big data.</summary>
    public override DirectoryHandle Directory => _directories.Stable;

    /// <summary>overlay-layers in the run root: mountpoints.json.</summary>
    public DirectoryHandle RunDirectory => _directories.Run;

    public LockMeter MountPointsMeter { get; }

    /// <summary>The layers of additional stores, as last loaded.</summary>
    public ReadOnlyLayers ReadOnly { get; private set; } = ReadOnlyLayers.None;

    /// <summary>How long the lock of an additional store is waited for.</summary>
    public TimeSpan ReadOnlyLockWaitMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Those of this store first, then those of the additional ones.</summary>
    public IEnumerable<LayerRecord> Layers => Index.Layers.Concat(ReadOnly.Layers);

    /// <summary>In this store, else in the additional ones.</summary>
    public LayerRecord? Find(LayerId id) => Index.Find(id) ?? ReadOnly.Find(id);

    /// <inheritdoc cref="Find"/>
    public LayerRecord? Resolve(string idNameOrPrefix) =>
        Index.Resolve(idNameOrPrefix) ?? ReadOnly.Resolve(idNameOrPrefix);

    /// <inheritdoc cref="Find"/>
    /// <exception cref="StorageException">NotFound.</exception>
    public LayerRecord Require(string idNameOrPrefix) =>
        Resolve(idNameOrPrefix) ?? throw new StorageException(StorageErrorKind.NotFound, "layer not known");

    /// <summary>One item of a layer's data, whichever store it is in; null when the file is missing.</summary>
    public byte[]? BigData(LayerRecord layer, string key)
    {
        if (!layer.IsReadOnly) return BigDataFile.Read(Disk, Directory, layer.Id.Value, key);
        using var directory = Disk.OpenDirectory(Paths.LayersOf(layer));
        return BigDataFile.Read(Disk, directory, layer.Id.Value, key);
    }

    /// <summary>Whether that holds for the additional stores as well.</summary>
    public override bool IsCurrent(FileLock storeLock) =>
        base.IsCurrent(storeLock) && _readOnlyStores.All(store => store.IsCurrent);

    /// <inheritdoc/>
    /// <remarks>The locks of the additional stores come after this one's, and are held for moments.</remarks>
    public override bool Refresh(FileLock storeLock, LockMode held)
    {
        if (!Loading("primary layer store data", () => base.Refresh(storeLock, held))) return false;
        if (_readOnlyStores.IsEmpty) return true;
        Loading("additional layer stores", RefreshReadOnlyStores);
        ReadOnly = new ReadOnlyLayers([.. _readOnlyStores.Select(store => store.Index)]);
        return true;
    }

    /// <summary>What repairs have left to be removed; asked for when no lock is held.</summary>
    public IReadOnlyList<Trash> TakeTrash()
    {
        var trash = _trash.ToArray();
        _trash.Clear();
        return trash;
    }

    /// <summary>
    /// Who has mounted what, as last written by anybody. Needs no lock of the store: the file is replaced as a whole,
    /// and a count read without a lock may be old by the time it is looked at anyway. On the thread that this root
    /// belongs to, like all the rest.
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
        MountPointsMeter.Request();
        using var held = LockWait.Acquire(Paths.MountPointsLock, LockMode.Exclusive, waitMax);
        MountPointsMeter.Take(LockMode.Exclusive);
        try
        {
            ChangeMounts(held, change);
        }
        finally
        {
            MountPointsMeter.LetGo();
        }
    }

    private void ChangeMounts(FileLock held, Func<MountPoints, MountPoints> change)
    {
        var before = Mounts();
        _mounts = (held.ReadToken(), before);
        var after = change(before);
        if (ReferenceEquals(before, after)) return;
        using var prepared = after.Prepare(Disk, RunDirectory);
        var token = LockToken.New(Time);
        _mounts = null;
        held.WriteToken(Disk, token);
        prepared.Publish();
        _mounts = (token, after);
    }

    /// <summary>Makes the renames of the last commits durable: of the trees first, then of the index.</summary>
    public void SyncDirectories()
    {
        foreach (var place in Driver.Places.Writable) Disk.Sync(place.Directory);
        _directories.Sync(Disk);
    }

    public override void Dispose()
    {
        _mountPointsLock.Dispose();
        _directories.Dispose();
        foreach (var store in _readOnlyStores) store.Dispose();
    }

    private bool RefreshReadOnlyStores()
    {
        foreach (var store in _readOnlyStores) store.Refresh(ReadOnlyLockWaitMax);
        return true;
    }

    /// <summary>Whose documents they are is not to be seen from their names, so it is said.</summary>
    private static bool Loading(string whose, Func<bool> load)
    {
        try
        {
            return load();
        }
        catch (StorageException cause)
        {
            throw new StorageException(
                cause.Error with { Message = $"loading {whose}: {cause.Message}" }, cause);
        }
    }

    private protected override IEnumerable<string> RoomRoots =>
        Paths.ImageStore is { } images ? base.RoomRoots.Append(images) : base.RoomRoots;

    private protected override bool MakesRoom(LayerIndex after) => after.HasIncomplete || base.MakesRoom(after);

    private protected override bool NeedsRepair(LoadedIndex<LayerIndex> loaded) =>
        base.NeedsRepair(loaded) || loaded.Index.HasIncomplete;

    private protected override void Repair(FileLock storeLock) =>
        _trash.AddRange(LayerDeletion.Finish(this, storeLock, [.. Index.Incomplete], forgetAnyway: true));
}
