// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Disk;

/// <summary>What crashes leave in the directories of images and containers: data that no record names, documents that
/// were never finished.</summary>
public static class OrphanedData
{
    private const int IdLength = 64;
    private static readonly string[] Documents =
        [ImageIndexFile.Name, ContainerIndexFile.StableName, ContainerIndexFile.VolatileName];
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Removes them. Only names of 64 hex digits are taken for ids; whatever else lies in a store's directory may be
    /// anybody's. Under the store's lock, held exclusively, with a current index: whoever makes a directory for a
    /// record holds that lock until the record is written.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="StorageException">Something could not be removed; what came before it is gone.</exception>
    public static int Remove<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root)
        where TRecord : StoredRecord
        where TIndex : RecordIndex<TRecord, TIndex>
    {
        var orphans = root.Disk.List(root.Directory)
            .Where(name => IsOrphan(root, name)
                || UnfinishedDocument.IsStale(root.Disk, root.Directory, name, Documents, root.Time))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var orphan in orphans) TreeRemoval.Remove(root.Disk, root.Directory, orphan);
        return orphans.Count;
    }

    private static bool IsOrphan<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root, string name)
        where TRecord : StoredRecord
        where TIndex : RecordIndex<TRecord, TIndex> =>
        IsId(name) && root.Index.FindById(name) is null
            && root.Disk.Status(root.Directory, name) is { IsDirectory: true };

    private static bool IsId(string name) => name.Length == IdLength && !name.AsSpan().ContainsAnyExcept(HexDigits);
}
