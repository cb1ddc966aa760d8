// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using Akka.Actor;

namespace ActorStorage.Images;

/// <summary>
/// Serves what concerns images only, under images.lock, held exclusively, with a current index. What need not be done
/// under the lock is left for afterwards.
/// </summary>
internal sealed class ImageWriter(
    ImageStores stores, FileLock imagesLock, ReaperRef reaper, StagingArea area, StorageSettings settings)
{
    private readonly List<Trash> _trash = [];
    private readonly WrittenRecords<ImageRecord, ImageIndex> _written = new(stores.Own, settings);
    private readonly WrittenRecords<ImageRecord, ImageIndex>? _writtenToGraphRoot =
        stores.OfGraphRoot is { } root ? new(root, settings) : null;

    /// <summary>What a command writes that can share an index write; null for the others.</summary>
    public static ImageWrite? WriteOf(ImageProtocol.IImageCommand command) => command switch
    {
        ImageProtocol.ChangeImageNames change => new ImageWrite.ChangeNames(change.Image, change.Change, change.Names),
        ImageProtocol.SetImageMetadata set => new ImageWrite.SetMetadata(set.Image, set.Metadata),
        ImageProtocol.SetImageData set => new ImageWrite.SetBigData(
            set.Image, new NewBigData(set.Key, set.Value, set.Digest)),
        _ => null,
    };

    /// <summary>One index write.</summary>
    public IReadOnlyList<IReply> ServeBatch(IReadOnlyList<ImageProtocol.IImageCommand> batch) =>
        [.. batch.Zip(Commit([.. batch.Select(command => WriteOf(command)!)]), ReplyTo)];

    /// <summary>Writes that a walk needs now, to the store in which the records stand; one index write for
    /// all.</summary>
    /// <returns>The records afterwards, or before when they were deleted.</returns>
    /// <exception cref="StorageException">Why one was refused.</exception>
    public IReadOnlyList<ImageRecord> Write(ImageStoreKind store, params IReadOnlyList<ImageWrite> writes)
    {
        var outcomes = store == ImageStoreKind.GraphRoot
            ? CommitToGraphRoot(writes)
            : Commit(writes);
        return [.. outcomes.Select(outcome =>
            outcome.Error is { } error ? throw new StorageException(error) : outcome.Record!)];
    }

    /// <summary>Whether the command changes an image of the first store, and can share an index write.</summary>
    public bool IsOwnWrite(ImageProtocol.IImageCommand command) => command switch
    {
        ImageProtocol.ChangeImageNames change => IsOwn(change.Image),
        ImageProtocol.SetImageMetadata set => IsOwn(set.Image),
        ImageProtocol.SetImageData set => IsOwn(set.Image),
        _ => false,
    };

    /// <summary>A write to an image of another store: when its names change the record is copied first, as the Go tools
    /// do it; everything else is written to the graph root in its place and refused of additional ones, for nothing is
    /// written there.</summary>
    public IReply ServeElsewhere(ImageProtocol.IImageCommand command)
    {
        var write = WriteOf(command)!;
        if (write is ImageWrite.ChangeNames)
        {
            var foreign = stores.FindForeign(ImageOf(command), settings.RightWaitMax);
            return ReplyTo(command, Commit(foreign is null ? [write] : [new ImageWrite.Adopt(foreign), write])[^1]);
        }
        if (stores.OfGraphRoot is { } root && root.Index.Resolve(ImageOf(command)) is not null)
            return ReplyTo(command, CommitToGraphRoot([write])[0]);
        return ReplyTo(command, Commit([write])[^1]);
    }

    public ImageRecord Create(NewImage image, LayerId? topLayer)
    {
        var foreign = stores.FindForeign(image.Id.Value, settings.RightWaitMax);
        foreign = foreign?.Record.Id == image.Id ? foreign : null;
        return Write(ImageStoreKind.First, new ImageWrite.Create(image, topLayer, foreign))[0];
    }

    public IReply DirectoryOf(ImageProtocol.GetImageDirectory get)
    {
        var image = stores.Require(get.Image).Image;
        var store = get.InRunRoot ? settings.Paths.ImagesRun : settings.Paths.Images;
        return new ImageProtocol.GetImageDirectoryOk(UserDataDirectory.Make(stores.Own.Disk, store, image.Id.Value));
    }

    public IReply Collect()
    {
        var (count, trash) = OrphanedData.Discard(stores.Own, area.Files);
        _trash.AddRange(trash);
        return new ImageProtocol.CollectImagesOk(count);
    }

    /// <summary>What was left for after the lock.</summary>
    /// <returns>Null, or what those are told whose writes may be lost again.</returns>
    public Refused? Settle()
    {
        foreach (var trash in _trash) reaper.Ref.Tell(new Reap(trash));
        _trash.Clear();
        var notDurable = _written.Sync();
        return _writtenToGraphRoot?.Sync() ?? notDurable;
    }

    private static IReply ReplyTo(ImageProtocol.IImageCommand command, WriteOutcome<ImageRecord> outcome)
    {
        if (outcome.Error is { } error) return new Refused(error);
        return command switch
        {
            ImageProtocol.ChangeImageNames => new ImageProtocol.ChangeImageNamesOk(outcome.Record!.Names),
            ImageProtocol.SetImageMetadata => new ImageProtocol.SetImageMetadataOk(),
            _ => new ImageProtocol.SetImageDataOk(),
        };
    }

    private IReadOnlyList<WriteOutcome<ImageRecord>> Commit(IReadOnlyList<ImageWrite> writes) =>
        _written.Add(ImageCommit.Run(stores.Own, imagesLock, writes));

    private IReadOnlyList<WriteOutcome<ImageRecord>> CommitToGraphRoot(IReadOnlyList<ImageWrite> writes) =>
        _writtenToGraphRoot!.Add(stores.CommitToGraphRoot(writes, settings.RightWaitMax));

    private bool IsOwn(string image) => stores.Find(image) is not { } found || found.Store == stores.Own;

    private static string ImageOf(ImageProtocol.IImageCommand command) => command switch
    {
        ImageProtocol.ChangeImageNames change => change.Image,
        ImageProtocol.SetImageMetadata set => set.Image,
        ImageProtocol.SetImageData set => set.Image,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "changes no single image"),
    };
}
