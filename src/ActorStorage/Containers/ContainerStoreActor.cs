// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Containers;

/// <summary>Owns containers.lock and the container index. The rightmost of the stores: every walk ends here.</summary>
internal sealed class ContainerStoreActor
    : StoreActor<ContainerProtocol.IContainerQuery, ContainerProtocol.IContainerCommand>
{
    private readonly ReaperRef _reaper;
    private readonly IDisk _disk;
    private readonly StagingArea _area;
    private ContainerRoot _root = null!;
    private ContainerReader _reader = null!;
    private ContainerWriter _writer = null!;

    public static Props Props(
        ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings, BackOff backOff) =>
        Akka.Actor.Props.Create(() => new ContainerStoreActor(reaper, disk, area, settings, backOff))
            .WithDispatcher("actor-storage.store-dispatcher");

    public ContainerStoreActor(
        ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings, BackOff backOff)
        : base(settings, backOff, settings.Paths.ContainersLock, pictures: StoreKind.Containers) =>
        (_reaper, _disk, _area) = (reaper, disk, area);

    protected override void Open()
    {
        _root = new ContainerRoot(_disk, Settings.Paths, Settings.Time);
        _reader = new ContainerReader(_root);
        _writer = new ContainerWriter(_root, Lock.File, _reaper, _area, Settings);
    }

    protected override void Close() => _root.Dispose();

    protected override bool IsLoaded => _root.IsLoaded;

    protected override RecordPicture? Picture => _root.Picture;

    protected override bool IsCurrent() => _root.IsCurrent(Lock.File);

    protected override bool Refresh(LockMode held) => _root.Refresh(Lock.File, held);

    protected override void Forget() => _root.Forget();

    protected override IReply Answer(ContainerProtocol.IContainerQuery query) => _reader.Answer(query);

    protected override bool IsBatched(ContainerProtocol.IContainerCommand command) =>
        ContainerWriter.WriteOf(command) is not null;

    protected override IReadOnlyList<IReply> ServeBatch(IReadOnlyList<ContainerProtocol.IContainerCommand> batch) =>
        _writer.ServeBatch(batch);

    protected override Step Begin(ContainerProtocol.IContainerCommand command) => Step.Of(_writer.ServeAlone(command));

    protected override Refused? AfterHold() => _writer.Settle();

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case LayerProtocol.GetLockStatistics get: OnGetLockStatistics(get); break;
            default: Unhandled(message); break;
        }
    }

    private void OnGetLockStatistics(LayerProtocol.GetLockStatistics get) =>
        Reply(get, new LayerProtocol.GetLockStatisticsOk([.. get.FromTheLeft, Lock.Statistics()]));
}
