// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Images;

/// <summary>Owns images.lock and the image index. What concerns containers too walks on to the right.</summary>
internal sealed class ImageStoreActor : StoreActor<ImageProtocol.IImageQuery, ImageProtocol.IImageCommand>
{
    private readonly ContainerStoreRef _containers;
    private readonly ReaperRef _reaper;
    private readonly IDisk _disk;
    private readonly StagingArea _area;
    private ImageStores _stores = null!;
    private ImageReader _reader = null!;
    private ImageWriter _writer = null!;
    private ImageWalks _walks = null!;

    public static Props Props(
        ContainerStoreRef containers, ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings,
        BackOff backOff) =>
        Akka.Actor.Props.Create(() => new ImageStoreActor(containers, reaper, disk, area, settings, backOff))
            .WithDispatcher("actor-storage.store-dispatcher");

    public ImageStoreActor(
        ContainerStoreRef containers, ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings,
        BackOff backOff)
        : base(settings, backOff, settings.Paths.ImagesLock, pictures: StoreKind.Images) =>
        (_containers, _reaper, _disk, _area) = (containers, reaper, disk, area);

    protected override void Open()
    {
        _stores = new ImageStores(_disk, Settings.Paths, Settings.Time);
        _reader = new ImageReader(_stores);
        _writer = new ImageWriter(_stores, Lock.File, _reaper, _area, Settings);
        _walks = new ImageWalks(_stores, _writer, _containers);
    }

    protected override void Close() => _stores.Dispose();

    protected override bool IsLoaded => _stores.Own.IsLoaded;

    protected override RecordPicture? Picture => _stores.Own.Picture;

    protected override bool IsCurrent() => _stores.Own.IsCurrent(Lock.File) && _stores.AreOthersCurrent;

    protected override bool Refresh(LockMode held)
    {
        if (!_stores.Own.Refresh(Lock.File, held)) return false;
        _stores.RefreshOthers(Settings.RightWaitMax);
        return true;
    }

    protected override void Forget() => _stores.Own.Forget();

    protected override IReply Answer(ImageProtocol.IImageQuery query) => _reader.Answer(query);

    protected override LockMode ModeOf(ImageProtocol.IImageCommand command) =>
        command is ImageProtocol.ListAllWhileHeld ? LockMode.Shared : LockMode.Exclusive;

    protected override bool IsBatched(ImageProtocol.IImageCommand command) => _writer.IsOwnWrite(command);

    protected override IReadOnlyList<IReply> ServeBatch(IReadOnlyList<ImageProtocol.IImageCommand> batch) =>
        _writer.ServeBatch(batch);

    protected override Step Begin(ImageProtocol.IImageCommand command) => command switch
    {
        ImageProtocol.CollectImages => Step.Of(_writer.Collect()),
        ImageProtocol.GetImageDirectory get => Step.Of(_writer.DirectoryOf(get)),
        _ when ImageWriter.WriteOf(command) is not null => Step.Of(_writer.ServeElsewhere(command)),
        _ => _walks.Begin(command),
    };

    protected override Refused? AfterHold() => _writer.Settle();

    protected override (IActorRef Store, IRequest Request)? NextStore(IRequest request) => request switch
    {
        ImageProtocol.ChangeImageNames { PassOn: true } change => (
            _containers.Ref,
            new ContainerProtocol.ChangeContainerNames(change.Image, change.Change, change.Names, change.Asker)),
        ImageProtocol.SetImageMetadata { PassOn: true } set => (
            _containers.Ref, new ContainerProtocol.SetContainerMetadata(set.Image, set.Metadata, set.Asker)),
        _ => null,
    };

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case Layers.LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            default: Unhandled(message); break;
        }
    }

    private void OnGetLockStatistics(Layers.LayerProtocol.GetLockStatistics get) =>
        _containers.Ref.Tell(get with { FromTheLeft = [.. get.FromTheLeft, Lock.Statistics()] });
}
