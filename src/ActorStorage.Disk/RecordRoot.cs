// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// One store of a root as one process sees it: the index in memory, and what tells whether it is still what stands on
/// disk. Belongs to one thread; the locks are the caller's business and stand at each method.
/// </summary>
public abstract class RecordRoot<TRecord, TIndex> : IDisposable
    where TRecord : StoredRecord
    where TIndex : RecordIndex<TRecord, TIndex>
{
    private readonly IndexFile<TRecord, TIndex> _documents;
    private LoadedPicture? _picture;
    private bool _hasGivenUpRoom;

    private protected RecordRoot(IDisk disk, TimeProvider time, IndexFile<TRecord, TIndex> documents) =>
        (Disk, Time, _documents) = (disk, time, documents);

    public IDisk Disk { get; }
    public TimeProvider Time { get; }

    /// <summary>Where the store lies in the graph root: the index, big data.</summary>
    public abstract DirectoryHandle Directory { get; }

    /// <summary>The index as last loaded or saved.</summary>
    /// <exception cref="InvalidOperationException">It was never loaded, or was forgotten.</exception>
    public TIndex Index => _picture?.Index ?? throw new InvalidOperationException("the index is not loaded");

    /// <summary>The index and where it is from; null when it is not loaded.</summary>
    public RecordPicture? Picture =>
        _picture is { } picture ? new RecordPicture(picture.Index, picture.Token, picture.IsOwn) : null;

    public bool IsLoaded => _picture is not null;

    /// <summary>
    /// Whether the index in memory is what stands on disk. Needs no lock: writers renew the token before they replace a
    /// document, so while the token is the remembered one, no write had begun when it was read.
    /// </summary>
    public virtual bool IsCurrent(FileLock storeLock) => IsSame(storeLock);

    /// <summary>Loads the index if it is not current; repairs it if need be. The store's lock is held.</summary>
    /// <returns>False when something must be repaired and the lock is only shared; nothing was remembered
    /// then.</returns>
    public virtual bool Refresh(FileLock storeLock, LockMode held)
    {
        if (IsSame(storeLock)) return true;
        _picture = null;
        var (token, nextToken) = (storeLock.ReadToken(), storeLock.Next?.ReadToken());
        var loaded = _documents.Load();
        var picture = new LoadedPicture(loaded.Index, loaded.Saved, token, nextToken, IsOwn: false);
        if (!NeedsRepair(loaded))
        {
            _picture = picture;
            return true;
        }
        if (held == LockMode.Shared) return false;
        _picture = picture;
        try
        {
            Repair(storeLock);
        }
        catch
        {
            Forget();
            throw;
        }
        return true;
    }

    /// <summary>What is in memory may be wrong: the next look loads again.</summary>
    public void Forget() => _picture = null;

    /// <summary>Writes the documents that differ from what is on disk under temporary names, and syncs them. If it
    /// fails, nothing has changed; but the disk is not to be trusted, and the picture is forgotten.</summary>
    public PreparedIndex Prepare(TIndex index)
    {
        try
        {
            return PrepareMakingRoom(index, _picture!.Saved);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>Gives up what is kept for deleting on a full disk, see <see cref="SpareRoom"/>.</summary>
    /// <returns>Whether there was any.</returns>
    internal bool GiveUpRoom()
    {
        _hasGivenUpRoom = true;
        // All of it: on which file system there was no room is not asked.
        return RoomRoots.Select(root => SpareRoom.GiveUp(Disk, root)).ToArray().Contains(true);
    }

    /// <summary>
    /// Replaces the documents: first the token, then one rename for each. The store's lock is held exclusively. If it
    /// fails, the picture is forgotten, because nobody knows what stands on disk.
    /// </summary>
    /// <param name="between">What must happen after the token and before the index names it.</param>
    public void Publish(FileLock storeLock, TIndex index, PreparedIndex prepared, Action? between = null)
    {
        var token = LockToken.New(Time);
        try
        {
            storeLock.WriteToken(Disk, token);
            between?.Invoke();
            prepared.Publish();
        }
        catch
        {
            Forget();
            throw;
        }
        _picture = new LoadedPicture(
            index, prepared.Saved, token, storeLock.Next is null ? null : token, IsOwn: true);
    }

    /// <summary>
    /// Makes durable what was renamed into its place: the documents, and the data of these records. Needs no lock; what
    /// somebody has deleted meanwhile is passed over. If it fails, the picture is forgotten.
    /// </summary>
    public void SyncRenames(IEnumerable<string> owners)
    {
        try
        {
            foreach (var owner in owners.Where(owner => RecordId.Fault(owner) is null)) SyncDataOf(owner);
            Disk.Sync(Directory);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    public abstract void Dispose();

    /// <summary>Where the room is kept that this store may give up.</summary>
    private protected virtual IEnumerable<string> RoomRoots => [Path.GetDirectoryName(Directory.Path)!];

    /// <summary>Whether something can be removed from the disk once this is the index.</summary>
    private protected virtual bool MakesRoom(TIndex after) => after.Count < Index.Count;

    private protected virtual bool NeedsRepair(LoadedIndex<TIndex> loaded) => !loaded.DuplicateNames.IsEmpty;

    /// <summary>Whether a writer died between the files of its records and the records. Only stores whose records tell
    /// what is in such files need to know.</summary>
    private protected bool HasUnfinishedDocument() => _documents.HasUnfinished();

    /// <summary>Sets right on disk what was set right in memory. The lock is held exclusively.</summary>
    private protected virtual void Repair(FileLock storeLock) => Save(storeLock, Index);

    /// <summary>Likewise, with records that tell of the files as they are.</summary>
    /// <param name="measured">The index with those records.</param>
    private protected void RepairUnfinished(FileLock storeLock, TIndex measured)
    {
        Save(storeLock, measured);
        // The evidence last: a crash in here is one more of those that this repairs.
        _documents.RemoveUnfinished();
    }

    private void SyncDataOf(string owner)
    {
        try
        {
            using var directory = Disk.OpenDirectory(Directory, owner);
            Disk.Sync(directory);
        }
        catch (StorageException gone) when (gone.Kind == StorageErrorKind.NotFound)
        {
            // A record without data has no directory.
        }
    }

    private PreparedIndex PrepareMakingRoom(TIndex index, SavedIndex saved)
    {
        var makesRoom = MakesRoom(index);
        if (_hasGivenUpRoom && !makesRoom) _hasGivenUpRoom = !RoomRoots.All(Keep);
        try
        {
            return _documents.Prepare(index, saved);
        }
        catch (StorageException full) when (makesRoom && full.Kind == StorageErrorKind.NoSpace)
        {
            if (!GiveUpRoom()) throw;
            return _documents.Prepare(index, saved);
        }
    }

    private bool Keep(string root) =>
        SpareRoom.Keep(Disk, root, $"{Path.GetFileName(Directory.Path)}/{_documents.FirstName}");

    private void Save(FileLock storeLock, TIndex index)
    {
        using var prepared = Prepare(index);
        if (!prepared.IsEmpty) Publish(storeLock, index, prepared);
    }

    private bool IsSame(FileLock storeLock) => _picture is { } picture
        && storeLock.ReadToken() == picture.Token
        && storeLock.Next?.ReadToken() == picture.NextToken
        && !_documents.IsModifiedSince(picture.Saved);

    /// <param name="NextToken">Of the second lock, which others may hold without the first; null when there is
    /// none.</param>
    /// <param name="IsOwn">Whether it was written and not loaded.</param>
    private sealed record LoadedPicture(
        TIndex Index, SavedIndex Saved, LockToken Token, LockToken? NextToken, bool IsOwn);
}
