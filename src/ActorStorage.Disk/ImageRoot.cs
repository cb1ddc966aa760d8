// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>One image store of a root: its directory and its index. Images have no directory but that of their
/// data.</summary>
public sealed class ImageRoot : RecordRoot<ImageRecord, ImageIndex>
{
    private readonly ImageStoreKind _store;

    /// <param name="directory">Absolute path of the store's own directory, e.g. overlay-images.</param>
    /// <param name="store">Which of the stores it is that a root sees.</param>
    /// <exception cref="StorageException">NotFound, or another failure to open.</exception>
    public ImageRoot(IDisk disk, string directory, TimeProvider time, ImageStoreKind store = ImageStoreKind.First)
        : this(disk, disk.OpenDirectory(directory), time, store)
    {
    }

    private ImageRoot(IDisk disk, DirectoryHandle directory, TimeProvider time, ImageStoreKind store)
        : base(disk, time, new ImageIndexFile(disk, directory, store)) =>
        (Directory, _store) = (directory, store);

    public override DirectoryHandle Directory { get; }

    public bool IsReadOnly => _store == ImageStoreKind.Additional;

    public override void Dispose() => Directory.Dispose();

    private protected override bool NeedsRepair(LoadedIndex<ImageIndex> loaded)
    {
        if (IsReadOnly && !loaded.DuplicateNames.IsEmpty)
        {
            throw new StorageException(
                StorageErrorKind.Corrupt,
                $"{Directory.Path} is only read, and {Quoted.Text(loaded.DuplicateNames[0])} names two images in it",
                Directory.Path);
        }
        return base.NeedsRepair(loaded) || (!IsReadOnly && HasUnfinishedDocument());
    }

    private protected override void Repair(FileLock storeLock)
    {
        var (measured, now) = (Index, Timestamp.Now(Time));
        foreach (var image in Index.Images)
        {
            foreach (var item in UnrecordedData.Of(Disk, Directory, image.Id.Value, image.BigData))
            {
                var write = new ImageWrite.SetBigData(image.Id.Value, item);
                measured = ImageDecision.Decide(measured, write, now).Index;
            }
        }
        RepairUnfinished(storeLock, measured);
    }
}
