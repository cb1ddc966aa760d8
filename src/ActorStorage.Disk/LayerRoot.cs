// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// The layer store of one root as one process sees it: open directories, the index in memory, and what tells whether
/// the index is still what stands on disk. Belongs to one thread; the locks are the caller's business and stand at
/// each method.
/// </summary>
public sealed class LayerRoot : IDisposable
{
    private readonly LayerIndexFile _documents;
    private readonly FileLock _mountPointsLock;
    private readonly List<Trash> _trash = [];
    private LoadedPicture? _picture;
    private (LockToken Token, MountPoints Mounts)? _mounts;

    public LayerRoot(IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, TimeProvider time)
    {
        (Disk, Paths, Driver, Area, Time) = (disk, paths, driver, area, time);
        Directory = disk.OpenDirectory(paths.Layers);
        RunDirectory = disk.OpenDirectory(paths.LayersRun);
        _documents = new LayerIndexFile(disk, Directory);
        _mountPointsLock = FileLock.Open(paths.MountPointsLock);
        MountPointsMeter = new LockMeter(paths.MountPointsLock);
    }

    public IDisk Disk { get; }
    public StoragePaths Paths { get; }
    public ILayerDriver Driver { get; }
    public StagingArea Area { get; }
    public TimeProvider Time { get; }

    /// <summary>overlay-layers in the graph root: the index, tar-split files, big data.</summary>
    public DirectoryHandle Directory { get; }

    /// <summary>overlay-layers in the run root: mountpoints.json.</summary>
    public DirectoryHandle RunDirectory { get; }

    public LockMeter MountPointsMeter { get; }

    /// <summary>The index as last loaded or saved.</summary>
    /// <exception cref="InvalidOperationException">It was never loaded, or was forgotten.</exception>
    public LayerIndex Index => _picture?.Index ?? throw new InvalidOperationException("the layer index is not loaded");

    public bool IsLoaded => _picture is not null;

    /// <summary>
    /// Whether the index in memory is what stands on disk. Needs no lock: writers renew the token before they replace a
    /// document, so while the token is the remembered one, no write had begun when it was read.
    /// </summary>
    public bool IsCurrent(FileLock layersLock) => _picture is { } picture
        && layersLock.ReadToken() == picture.Token
        && !_documents.IsModifiedSince(picture.Saved);

    /// <summary>Loads the index if it is not current; repairs it if need be. layers.lock is held.</summary>
    /// <returns>False when something must be repaired and the lock is only shared; nothing was remembered
    /// then.</returns>
    public bool Refresh(FileLock layersLock, LockMode held)
    {
        if (IsCurrent(layersLock)) return true;
        _picture = null;
        var token = layersLock.ReadToken();
        var loaded = _documents.Load();
        var incomplete = loaded.Index.Incomplete.ToList();
        if (loaded.DuplicateNames.IsEmpty && incomplete.Count == 0)
        {
            _picture = new LoadedPicture(loaded.Index, loaded.Saved, token);
            return true;
        }
        if (held == LockMode.Shared) return false;
        _picture = new LoadedPicture(loaded.Index, loaded.Saved, token);
        try
        {
            _trash.AddRange(LayerDeletion.Finish(this, layersLock, incomplete));
        }
        catch
        {
            Forget();
            throw;
        }
        return true;
    }

    /// <summary>What repairs have left to be removed; asked for when no lock is held.</summary>
    public IReadOnlyList<Trash> TakeTrash()
    {
        var trash = _trash.ToArray();
        _trash.Clear();
        return trash;
    }

    /// <summary>What is in memory may be wrong: the next look loads again.</summary>
    public void Forget() => _picture = null;

    /// <summary>Writes the documents that differ from what is on disk under temporary names.</summary>
    public PreparedIndex Prepare(LayerIndex index) => _documents.Prepare(index, _picture!.Saved);

    /// <summary>
    /// Replaces the documents: first the token, then one rename. layers.lock is held exclusively. If it fails, the
    /// picture is forgotten, because nobody knows what stands on disk.
    /// </summary>
    /// <param name="between">What must happen after the token and before the index names it.</param>
    public void Publish(FileLock layersLock, LayerIndex index, PreparedIndex prepared, Action? between = null)
    {
        var token = LockToken.New(Time);
        try
        {
            layersLock.WriteToken(token);
            between?.Invoke();
            prepared.Publish();
        }
        catch
        {
            Forget();
            throw;
        }
        _picture = new LoadedPicture(index, prepared.Saved, token);
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

    public void Dispose()
    {
        _mountPointsLock.Dispose();
        Directory.Dispose();
        RunDirectory.Dispose();
    }

    private sealed record LoadedPicture(LayerIndex Index, SavedIndex Saved, LockToken Token);
}
