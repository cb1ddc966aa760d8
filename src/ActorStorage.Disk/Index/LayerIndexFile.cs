// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>What was found on disk.</summary>
/// <param name="Index">With duplicate names already resolved.</param>
/// <param name="Saved">What the documents hold; a document whose names had to be resolved counts as changed.</param>
/// <param name="DuplicateNames">Names used more than once. In a store that is only read this is an error.</param>
/// <param name="Incomplete">Layers whose construction or deletion stopped half-way: the caller deletes them.</param>
public sealed record LoadedLayerIndex(
    LayerIndex Index, SavedLayerIndex Saved, ImmutableArray<string> DuplicateNames, ImmutableArray<LayerId> Incomplete)
{
    /// <summary>Whether the exclusive lock is needed to set things right and save.</summary>
    public bool NeedsRepair => !DuplicateNames.IsEmpty || !Incomplete.IsEmpty;
}

/// <summary>
/// The two layer documents of a store. Whoever calls holds the lock that belongs to the operation: shared to load,
/// exclusive to save.
/// </summary>
public sealed class LayerIndexFile
{
    public const string StableName = "layers.json";
    public const string VolatileName = "volatile-layers.json";

    private readonly IDisk _disk;
    private readonly DirectoryHandle _stable;
    private readonly DirectoryHandle _volatile;

    /// <param name="stable">The directory of layers.json.</param>
    /// <param name="volatile">That of volatile-layers.json; the same unless the store is transient.</param>
    public LayerIndexFile(IDisk disk, DirectoryHandle stable, DirectoryHandle? @volatile = null) =>
        (_disk, _stable, _volatile) = (disk, stable, @volatile ?? stable);

    /// <exception cref="StorageException">Corrupt, naming the file, or what the disk says.</exception>
    public LoadedLayerIndex Load()
    {
        var (stable, stableTime) = Read(isVolatile: false);
        var (@volatile, volatileTime) = Read(isVolatile: true);
        var (index, duplicates) = DuplicateRepair.Run(stable.Concat(@volatile));
        var saved = new SavedLayerIndex(
            RevisionWhenSame(index, stable, isVolatile: false), stableTime,
            RevisionWhenSame(index, @volatile, isVolatile: true), volatileTime);
        var incomplete = index.Layers.Where(layer => layer.Incomplete).Select(layer => layer.Id);
        return new LoadedLayerIndex(index, saved, duplicates, [.. incomplete]);
    }

    /// <summary>
    /// Whether a document is no longer the one that was loaded or saved. To be asked when the lock's token is
    /// unchanged, because not every writer renews it; a changed token alone is reason enough to load again.
    /// </summary>
    public bool IsModifiedSince(SavedLayerIndex saved) =>
        ModifiedAt(isVolatile: false) != saved.StableModifiedAt
        || ModifiedAt(isVolatile: true) != saved.VolatileModifiedAt;

    /// <summary>
    /// Writes the documents that changed under temporary names. The token goes between this and publishing.
    /// </summary>
    /// <param name="saved">What the documents hold now.</param>
    public PreparedLayerIndex Prepare(LayerIndex index, SavedLayerIndex saved)
    {
        var stable = Prepare(index, saved.Stable, isVolatile: false);
        try
        {
            var @volatile = Prepare(index, saved.Volatile, isVolatile: true);
            return new PreparedLayerIndex(stable, @volatile, new SavedLayerIndex(
                index.Revision(isVolatile: false), stable?.ModifiedAt ?? saved.StableModifiedAt,
                index.Revision(isVolatile: true), @volatile?.ModifiedAt ?? saved.VolatileModifiedAt));
        }
        catch
        {
            stable?.Dispose();
            throw;
        }
    }

    private static object? RevisionWhenSame(LayerIndex index, ImmutableArray<LayerRecord> read, bool isVolatile)
    {
        var same = index.In(isVolatile).SequenceEqual(read, ReferenceEqualityComparer.Instance);
        return same ? index.Revision(isVolatile) : null;
    }

    private PreparedDocument? Prepare(LayerIndex index, object? savedRevision, bool isVolatile)
    {
        if (ReferenceEquals(index.Revision(isVolatile), savedRevision)) return null;
        var (directory, name) = Place(isVolatile);
        var bytes = RecordDocument.Write(index.In(isVolatile));
        return PreparedDocument.Prepare(_disk, directory, name, bytes, sync: !isVolatile);
    }

    private FileTime? ModifiedAt(bool isVolatile)
    {
        var (directory, name) = Place(isVolatile);
        return _disk.Status(directory, name)?.ModifiedAt;
    }

    private (ImmutableArray<LayerRecord> Records, FileTime? ModifiedAt) Read(bool isVolatile)
    {
        var (directory, name) = Place(isVolatile);
        if (WholeFile.Read(_disk, directory, name) is not var (bytes, modifiedAt)) return ([], null);
        return (RecordDocument.ParseLayers(bytes, $"{directory.Path}/{name}", isVolatile), modifiedAt);
    }

    private (DirectoryHandle Directory, string Name) Place(bool isVolatile) =>
        isVolatile ? (_volatile, VolatileName) : (_stable, StableName);
}
