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
    private readonly ContainerRoot _root;
    private readonly ContainerReader _reader;
    private readonly ContainerWriter _writer;

    public static Props Props(ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings) =>
        Akka.Actor.Props.Create(() => new ContainerStoreActor(reaper, disk, area, settings))
            .WithDispatcher("actor-storage.store-dispatcher");

    public ContainerStoreActor(ReaperRef reaper, IDisk disk, StagingArea area, StorageSettings settings)
        : base(settings, settings.Paths.ContainersLock, pictures: StoreKind.Containers)
    {
        _root = new ContainerRoot(disk, settings.Paths, settings.Time);
        _reader = new ContainerReader(_root);
        _writer = new ContainerWriter(_root, Lock.File, reaper, area, settings);
    }

    protected override bool IsLoaded => _root.IsLoaded;

    protected override RecordPicture? Picture => _root.Picture;

    protected override void PostStop()
    {
        base.PostStop();
        _root.Dispose();
    }

    protected override bool IsCurrent() => _root.IsCurrent(Lock.File);

    protected override bool Refresh(LockMode held) => _root.Refresh(Lock.File, held);

    protected override void Forget() => _root.Forget();

    protected override IReply Answer(ContainerProtocol.IContainerQuery query) => _reader.Answer(query);

    protected override bool IsBatched(ContainerProtocol.IContainerCommand command) =>
        ContainerWriter.WriteOf(command) is not null;

    protected override IReadOnlyList<IReply> ServeBatch(IReadOnlyList<ContainerProtocol.IContainerCommand> batch) =>
        _writer.ServeBatch(batch);

    protected override Step Begin(ContainerProtocol.IContainerCommand command) => Step.Of(_writer.ServeAlone(command));

    protected override void AfterHold() => _writer.Settle();

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
