// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// A batch of writes in one hold of images.lock: a <see cref="RecordBatch{TRecord, TIndex}"/>. Data of images is
/// prepared beside its place and renamed before the index names it; data of deleted images is removed after the index
/// has forgotten it.
/// </summary>
public static class ImageCommit
{
    /// <summary>Under images.lock, held exclusively, with a current index.</summary>
    /// <returns>One outcome for each write, in their order.</returns>
    public static IReadOnlyList<WriteOutcome<ImageRecord>> Run(
        ImageRoot root, FileLock imagesLock, IReadOnlyList<ImageWrite> writes)
    {
        var now = Timestamp.Now(root.Time);
        return RecordBatch<ImageRecord, ImageIndex>.RunApart(
            root, imagesLock, writes, write => write is ImageWrite.Delete,
            (index, write) => Decide(root, index, write, now));
    }

    private static DecidedWrite<ImageRecord, ImageIndex> Decide(
        ImageRoot root, ImageIndex index, ImageWrite write, Timestamp now)
    {
        if (write is ImageWrite.Adopt adopt && index.Find(adopt.Foreign.Record.Id) is { } there)
            return new(index, WriteOutcome.Present(there));
        var (next, image) = ImageDecision.Decide(index, write, now);
        RecordEffect? effect = write switch
        {
            ImageWrite.Create create when ImageDecision.BigDataOf(create) is { IsEmpty: false } items =>
                new BigDataEffect(root.Disk, root.Directory, image.Id.Value, items),
            ImageWrite.Adopt { Foreign.BigData: { IsEmpty: false } items } =>
                new BigDataEffect(root.Disk, root.Directory, image.Id.Value, items),
            ImageWrite.SetBigData set => new BigDataEffect(root.Disk, root.Directory, image.Id.Value, set.Item),
            ImageWrite.Delete => new RemovalEffect(root.Disk, image.Id.Value, root.Directory),
            _ => null,
        };
        return new(next, WriteOutcome.Done(image), effect);
    }
}
