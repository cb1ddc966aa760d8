// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// The layers of another root, which are used and never changed: nothing is repaired there, and what is incomplete is
/// taken as it is. Rights to read are enough. Belongs to one thread.
/// </summary>
public sealed class ReadOnlyLayerStore(IDisk disk, ReadOnlyStorePaths paths) : IDisposable
{
    private FileLock? _lock;
    private DirectoryHandle? _directory;
    private LayerIndexFile? _documents;
    private LoadedPicture? _picture;

    /// <summary>As last loaded. Its records say where they come from.</summary>
    /// <exception cref="InvalidOperationException">It was never loaded.</exception>
    public LayerIndex Index => _picture?.Index ?? throw new InvalidOperationException("the index is not loaded");

    /// <summary>Whether what is in memory is what stands on disk. Needs no lock, as with a store of our own.</summary>
    public bool IsCurrent => _picture is { } picture
        && (_lock is null || _lock.ReadToken() == picture.Token)
        && (_documents is null || !_documents.IsModifiedSince(picture.Saved!));

    /// <summary>Loads what is not current, under the store's lock, held shared for that long.</summary>
    /// <exception cref="StorageException">Locked; Corrupt: a document makes no sense, or gives a name twice, which only
    /// a writer could set right.</exception>
    public void Refresh(TimeSpan lockWaitMax)
    {
        if (IsCurrent) return;
        _picture = null;
        Open();
        if (_documents is null)
        {
            _picture = new LoadedPicture(LayerIndex.Empty, null, LockToken.Empty);
            return;
        }
        using var held = _lock is null ? null : LockWait.Acquire(paths.LayersLock, LockMode.Shared, lockWaitMax);
        var token = held?.ReadToken() ?? LockToken.Empty;
        var loaded = _documents.Load();
        if (!loaded.DuplicateNames.IsEmpty)
        {
            throw new StorageException(
                StorageErrorKind.Corrupt, "read-only layer store assigns the same name to multiple layers",
                paths.Layers);
        }
        var layers = loaded.Index.Layers.Select(layer => layer with { ReadOnlyStore = paths.GraphRoot });
        _picture = new LoadedPicture(LayerIndex.Of([.. layers]), loaded.Saved, token);
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _directory?.Dispose();
    }

    private void Open()
    {
        _lock ??= TryOpen(() => FileLock.Open(paths.LayersLock, readOnly: true));
        _directory ??= TryOpen(() => disk.OpenDirectory(paths.Layers));
        if (_directory is not null) _documents ??= new LayerIndexFile(disk, _directory);
    }

    /// <summary>
    /// Opening a lock file makes it, and its directory, as the Go tools do it. Where that is impossible nobody else
    /// makes them either, and so nobody writes: then there is nothing to lock, and perhaps nothing to read.
    /// </summary>
    private static T? TryOpen<T>(Func<T> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (StorageException cause) when (cause.Kind is StorageErrorKind.ReadOnly or StorageErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <param name="Saved">Null when there are no documents.</param>
    private sealed record LoadedPicture(LayerIndex Index, SavedIndex? Saved, LockToken Token);
}
