// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Images;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Layers;

/// <summary>
/// Owns layers.lock and the layer index. Commits and edits that wait together share one hold: all renames, one index
/// write. What concerns images and containers too begins here and walks to the right.
/// </summary>
internal sealed class LayerStoreActor : StoreActor<LayerProtocol.ILayerQuery, LayerProtocol.ILayerCommand>
{
    private readonly ImageStoreRef _images;
    private readonly ContainerStoreRef _containers;
    private readonly ReaperRef _reaper;
    private readonly IDisk _disk;
    private readonly ILayerDriver _driver;
    private readonly StagingArea _area;
    private LayerRoot _root = null!;
    private LayerReader _reader = null!;
    private LayerWriter _writer = null!;
    private LayerWalks _walks = null!;

    public static Props Props(
        ImageStoreRef images, ContainerStoreRef containers, ReaperRef reaper, IDisk disk, ILayerDriver driver,
        StagingArea area, StorageSettings settings, BackOff backOff) =>
        Akka.Actor.Props
            .Create(() => new LayerStoreActor(images, containers, reaper, disk, driver, area, settings, backOff))
            .WithDispatcher("actor-storage.store-dispatcher");

    public LayerStoreActor(
        ImageStoreRef images, ContainerStoreRef containers, ReaperRef reaper, IDisk disk, ILayerDriver driver,
        StagingArea area, StorageSettings settings, BackOff backOff)
        : base(
            settings, backOff, settings.Paths.LayersLock, settings.Paths.ImageStoreLayersLock, StoreKind.Layers)
    {
        (_images, _containers, _reaper) = (images, containers, reaper);
        (_disk, _driver, _area) = (disk, driver, area);
    }

    protected override void Open()
    {
        _root = new LayerRoot(_disk, Settings.Paths, _driver, _area, Settings.Time)
        {
            ReadOnlyLockWaitMax = Settings.RightWaitMax,
        };
        _reader = new LayerReader(_root, Settings);
        _writer = new LayerWriter(_root, Lock.File, _reaper, Settings);
        _walks = new LayerWalks(_root, _writer, _images, _containers, Settings);
    }

    protected override void Close() => _root.Dispose();

    protected override bool IsLoaded => _root.IsLoaded;

    protected override RecordPicture? Picture => _root.Picture;

    protected override bool IsCurrent() => _root.IsCurrent(Lock.File);

    protected override bool Refresh(LockMode held) => _root.Refresh(Lock.File, held);

    protected override void Forget() => _root.Forget();

    protected override IReply Answer(LayerProtocol.ILayerQuery query) => _reader.Answer(query);

    // What only looks at the layers keeps others from changing them, but not from looking too.
    protected override LockMode ModeOf(LayerProtocol.ILayerCommand command) =>
        command is WalkProtocol.ListAll or WalkProtocol.CreateImage ? LockMode.Shared : LockMode.Exclusive;

    protected override bool IsBatched(LayerProtocol.ILayerCommand command) => LayerWriter.WriteOf(command) is not null;

    protected override IReadOnlyList<IReply> ServeBatch(IReadOnlyList<LayerProtocol.ILayerCommand> batch) =>
        _writer.ServeBatch(batch);

    protected override bool CanPrepareAhead(LayerProtocol.ILayerCommand command) =>
        LayerWriter.CanPrepareAhead(command);

    protected override void PrepareAhead(IReadOnlyList<LayerProtocol.ILayerCommand> batch) =>
        _writer.PrepareAhead(batch);

    protected override IReadOnlyList<IReply> ServeAhead(IReadOnlyList<LayerProtocol.ILayerCommand> batch) =>
        _writer.ServeAhead(batch);

    protected override void TakeBackAhead() => _writer.TakeBackAhead();

    protected override Step Begin(LayerProtocol.ILayerCommand command) =>
        command is WalkProtocol.IWalk walk ? _walks.Begin(walk) : Step.Of(_writer.ServeAlone(command));

    protected override Refused? AfterHold() => _writer.Settle();

    protected override bool MustOutliveCrash(IRequest request) => LayerWriter.IsCommit(request);

    protected override (IActorRef Store, IRequest Request)? NextStore(IRequest request) => request switch
    {
        LayerProtocol.ChangeLayerNames { PassOn: true } change => (_images.Ref, new ImageProtocol.ChangeImageNames(
            change.Layer, change.Change, change.Names, PassOn: true, change.Asker)),
        LayerProtocol.SetLayerMetadata { PassOn: true } set => (_images.Ref, new ImageProtocol.SetImageMetadata(
            set.Layer, set.Metadata, PassOn: true, set.Asker)),
        _ => null,
    };

    protected override void OnRefused(IRequest request) => LayerWriter.DiscardStagedOf(request, _reaper);

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            default: Unhandled(message); break;
        }
    }

    private void OnGetLockStatistics(LayerProtocol.GetLockStatistics get) =>
        _images.Ref.Tell(get with
        {
            FromTheLeft = [.. get.FromTheLeft, Lock.Statistics(), _root.MountPointsMeter.Snapshot()],
        });
}
