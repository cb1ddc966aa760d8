// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Disk;

/// <summary>
/// Takes out of sight what belongs to no recorded layer: directories, tar-split files and data, names that lead
/// nowhere, documents that were never finished. By renames, as with a deletion; the trees are removed after the lock is
/// gone.
/// </summary>
/// <remarks>
/// Safe while others work, because under layers.lock everything of a layer is there with its record or not at all:
/// whoever makes one, here or in a Go tool, keeps the lock from the first of its files to its record, and stages in
/// temp directories, which are never looked at here. Directories that a Go tool makes for a moment, to try what the
/// kernel can do, are known by their names and left alone until they are old.
/// </remarks>
public static class LayerCollection
{
    /// <summary>
    /// So many are taken in one hold of the lock, or a few more, as one layer can be several. Fewer mean that nothing
    /// is left.
    /// </summary>
    public const int ItemsMax = 256;

    /// <summary>Under layers.lock, held exclusively, with a current index.</summary>
    /// <returns>What is to be removed once the lock is gone.</returns>
    public static IReadOnlyList<Trash> Run(LayerRoot root)
    {
        var trash = new List<Trash>();
        foreach (var layer in root.Driver.List())
        {
            if (trash.Count >= ItemsMax) return trash;
            if (IsKnown(root, layer.Value) || layer.IsReserved || KernelProbe.IsRecent(root, layer)) continue;
            trash.AddRange(LayerDeletion.Discard(root, layer));
        }
        trash.AddRange(root.Driver.DiscardDanglingNames(root.Area, ItemsMax - trash.Count));
        foreach (var name in root.Disk.List(root.Directory))
        {
            if (trash.Count >= ItemsMax) return trash;
            if (IsOrphan(root, name)) trash.Add(Discard(root, name));
        }
        return trash;
    }

    private static bool IsOrphan(LayerRoot root, string name)
    {
        // Other names may be anybody's: only ids that were drawn by chance are taken for ids.
        const string Suffix = LayerId.TarSplitSuffix;
        var id = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return RecordId.IsDrawn(id)
            ? !IsKnown(root, id)
            : UnfinishedDocument.IsStale(
                root.Disk, root.Directory, name, [LayerIndexFile.StableName, LayerIndexFile.VolatileName], root.Time);
    }

    private static bool IsKnown(LayerRoot root, string layer) => root.Index.FindById(layer) is not null;

    private static Trash Discard(LayerRoot root, string name)
    {
        var trash = new Trash(root.Area.Files, root.Area.Files.NextName(name));
        root.Disk.Rename(root.Directory, name, trash.In.Directory, trash.Name);
        return trash;
    }
}
