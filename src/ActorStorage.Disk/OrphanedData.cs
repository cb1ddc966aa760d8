// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk;

/// <summary>What crashes leave in the directories of images and containers: data that no record names, documents that
/// were never finished.</summary>
public static class OrphanedData
{
    private static readonly string[] Documents =
        [ImageIndexFile.Name, ContainerIndexFile.StableName, ContainerIndexFile.VolatileName];

    /// <summary>
    /// Takes them out of sight, as with a deletion of layers: an owner's own files may be many. Only names of 64 hex
    /// digits are taken for ids; whatever else lies in a store's directory may be anybody's. Under the store's lock,
    /// held exclusively, with a current index: whoever makes a directory for a record holds that lock until the record
    /// is written.
    /// </summary>
    /// <param name="temp">Where they are put. What lies on another file system than this, as a split image store may,
    /// is removed where it is.</param>
    /// <returns>How many there were, and what is to be removed of them once the lock is gone.</returns>
    /// <exception cref="StorageException">Something could not be removed; what came before it is out of
    /// sight.</exception>
    public static (int Count, IReadOnlyList<Trash> Trash) Discard<TRecord, TIndex>(
        RecordRoot<TRecord, TIndex> root, TempDirectory temp)
        where TRecord : StoredRecord
        where TIndex : RecordIndex<TRecord, TIndex>
    {
        var orphans = root.Disk.List(root.Directory)
            .Where(name => IsOrphan(root, name)
                || UnfinishedDocument.IsStale(root.Disk, root.Directory, name, Documents, root.Time))
            .Order(StringComparer.Ordinal)
            .ToList();
        var trash = new List<Trash>();
        foreach (var orphan in orphans)
        {
            var place = new Trash(temp, temp.NextName(orphan));
            if (TryRename(root, orphan, place)) trash.Add(place);
            else TreeRemoval.Remove(root.Disk, root.Directory, orphan);
        }
        return (orphans.Count, trash);
    }

    private static bool TryRename<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root, string name, Trash place)
        where TRecord : StoredRecord
        where TIndex : RecordIndex<TRecord, TIndex>
    {
        try
        {
            root.Disk.Rename(root.Directory, name, place.In.Directory, place.Name);
            return true;
        }
        catch (StorageException elsewhere) when (elsewhere.GetErrno() is Errno.EXDEV)
        {
            return false;
        }
    }

    private static bool IsOrphan<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root, string name)
        where TRecord : StoredRecord
        where TIndex : RecordIndex<TRecord, TIndex> =>
        RecordId.IsDrawn(name) && root.Index.FindById(name) is null
            && root.Disk.Status(root.Directory, name) is { IsDirectory: true };
}
