// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// The image stores that one root sees, in the order in which they are asked: its own, where new images go; that of the
/// graph root when the image store is split off; and the additional ones, which are only read. Belongs to one thread.
/// The lock of the first is the caller's business; those of the others are taken here, for moments, while the first
/// is held.
/// </summary>
public sealed class ImageStores : IDisposable
{
    private readonly List<OtherStore> _others = [];

    /// <exception cref="StorageException">A store cannot be opened. An additional one without a lock on a file system
    /// that is only read is left out, as the Go tools do.</exception>
    public ImageStores(IDisk disk, StoragePaths paths, TimeProvider time)
    {
        Own = new ImageRoot(disk, paths.Images, time);
        try
        {
            if (paths.IsSplit)
            {
                var lockFile = FileLock.Open(paths.GraphRootImagesLock);
                var root = new ImageRoot(disk, paths.GraphRootImages, time, ImageStoreKind.GraphRoot);
                _others.Add(new OtherStore(root, lockFile));
            }
            foreach (var other in paths.ReadOnlyStores)
            {
                if (TryOpenLock(other.ImagesLock) is not { } lockFile) continue;
                var root = new ImageRoot(disk, other.Images, time, ImageStoreKind.Additional);
                _others.Add(new OtherStore(root, lockFile));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ImageRoot Own { get; }

    /// <summary>That of the graph root, which may be changed as well; null unless the image store is split
    /// off.</summary>
    public ImageRoot? OfGraphRoot => _others is [{ Root: { IsReadOnly: false } root }, ..] ? root : null;

    /// <summary>Every image there is, store by store. One that is in several comes several times.</summary>
    public IEnumerable<ImageRecord> Images => All.SelectMany(store => store.Index.Images);

    private IEnumerable<ImageRoot> All => _others.Select(other => other.Root).Prepend(Own);

    /// <summary>Whether what is in memory of the other stores is what stands on disk. Needs no lock.</summary>
    public bool AreOthersCurrent => _others.All(other => other.Root.IsCurrent(other.Lock));

    /// <summary>Loads what is not current of the other stores. The lock of the first is held.</summary>
    /// <exception cref="StorageException">Locked, naming the holder; Corrupt, naming the file.</exception>
    public void RefreshOthers(TimeSpan lockWaitMax)
    {
        foreach (var (root, lockFile) in _others)
        {
            if (root.IsCurrent(lockFile)) continue;
            using (var shared = LockWait.Acquire(lockFile.Path, LockMode.Shared, lockWaitMax))
            {
                if (root.Refresh(shared, LockMode.Shared)) continue;
            }
            using var exclusive = LockWait.Acquire(lockFile.Path, LockMode.Exclusive, lockWaitMax);
            root.Refresh(exclusive, LockMode.Exclusive);
        }
    }

    /// <summary>The first store that has the image, with the image.</summary>
    /// <remarks>
    /// An image that answers to the text only in another store counts for nothing when the first store has a record of
    /// its id: that record was copied from there to be changed, and does not answer to the text any more.
    /// </remarks>
    public (ImageRoot Store, ImageRecord Image)? Find(string idNameOrPrefix)
    {
        foreach (var store in All)
        {
            if (store.Index.Resolve(idNameOrPrefix) is not { } image) continue;
            if (store == Own || Own.Index.Find(image.Id) is null) return (store, image);
        }
        return null;
    }

    /// <exception cref="StorageException">NotFound.</exception>
    public (ImageRoot Store, ImageRecord Image) Require(string idNameOrPrefix) =>
        Find(idNameOrPrefix) ?? (Own, Own.Index.Require(idNameOrPrefix));

    public IEnumerable<ImageRecord> FindByDigest(Digest digest) =>
        All.SelectMany(store => store.Index.FindByDigest(digest));

    /// <summary>
    /// The image that answers to the text in a store after the first, with its data, ready to be entered into the first
    /// store; null when there is none. Takes that store's lock.
    /// </summary>
    /// <exception cref="StorageException">Locked; NotFound, when an item of its data is missing.</exception>
    public ForeignImage? FindForeign(string idNameOrPrefix, TimeSpan lockWaitMax)
    {
        foreach (var (root, lockFile) in _others)
        {
            if (root.Index.Resolve(idNameOrPrefix) is null) continue;
            using var shared = LockWait.Acquire(lockFile.Path, LockMode.Shared, lockWaitMax);
            root.Refresh(shared, LockMode.Shared);
            if (root.Index.Resolve(idNameOrPrefix) is not { } image) continue;
            return new ForeignImage(
                image,
                [
                    .. image.BigData.Names.Select(
                        key => new NewBigData(key, ImageData.Get(root, image, key), image.BigData.DigestOf(key))),
                ]);
        }
        return null;
    }

    /// <summary>Writes to <see cref="OfGraphRoot"/> under its lock, while the lock of the first is held.</summary>
    public IReadOnlyList<WriteOutcome<ImageRecord>> CommitToGraphRoot(
        IReadOnlyList<ImageWrite> writes, TimeSpan lockWaitMax)
    {
        var root = OfGraphRoot ?? throw new InvalidOperationException("the image store is not split off");
        using var exclusive = LockWait.Acquire(_others[0].Lock.Path, LockMode.Exclusive, lockWaitMax);
        root.Refresh(exclusive, LockMode.Exclusive);
        return ImageCommit.Run(root, exclusive, writes);
    }

    public void Dispose()
    {
        Own.Dispose();
        foreach (var (root, lockFile) in _others)
        {
            root.Dispose();
            lockFile.Dispose();
        }
    }

    /// <summary>Null when there is no lock file and none can be made.</summary>
    private static FileLock? TryOpenLock(string path)
    {
        try
        {
            return FileLock.Open(path, readOnly: true);
        }
        catch (StorageException cause) when (cause.Kind == StorageErrorKind.ReadOnly)
        {
            return null;
        }
    }

    /// <param name="Lock">For its token; the lock itself is taken through a handle of its own.</param>
    private sealed record OtherStore(ImageRoot Root, FileLock Lock);
}
