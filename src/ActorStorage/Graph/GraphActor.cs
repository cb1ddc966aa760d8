// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using ActorStorage.Layers;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Graph;

internal readonly record struct GraphRef(IActorRef Ref);

/// <summary>
/// Owns storage.lock, the leftmost: what mounts and unmounts walks from here to the layers. It has no index, so that
/// its picture is always right.
/// </summary>
internal sealed class GraphActor(
    LayerStoreRef layers, IDisk disk, ILayerDriver driver, string backingFileSystem, StorageSettings settings,
    BackOff backOff)
    : StoreActor<StorageProtocol.GetStatus, StorageProtocol.IWalk>(settings, backOff, settings.Paths.StorageLock)
{
    public static Props Props(
        LayerStoreRef layers, IDisk disk, ILayerDriver driver, string backingFileSystem, StorageSettings settings,
        BackOff backOff) =>
        Akka.Actor.Props.Create(() => new GraphActor(layers, disk, driver, backingFileSystem, settings, backOff))
            .WithDispatcher("actor-storage.store-dispatcher");

    protected override void Open()
    {
        // The lock is all it has.
    }

    protected override void Close()
    {
    }

    protected override bool IsLoaded => true;

    protected override bool IsCurrent() => true;

    protected override bool Refresh(LockMode held) => true;

    protected override void Forget()
    {
        // There is nothing to forget.
    }

    protected override IReply Answer(StorageProtocol.GetStatus query) => new StorageProtocol.GetStatusOk(
        new StorageStatus(
            Settings.Paths.GraphRoot, Settings.Paths.RunRoot, Settings.Paths.Driver, Settings.DriverOptions,
            driver.Status(backingFileSystem)));

    protected override bool IsBatched(StorageProtocol.IWalk command) => false;

    protected override IReadOnlyList<IReply> ServeBatch(IReadOnlyList<StorageProtocol.IWalk> batch) =>
        throw new InvalidOperationException("walks are served one by one");

    protected override Step Begin(StorageProtocol.IWalk command) => command switch
    {
        StorageProtocol.MountLayer mount => new Step.Ask(
            layers.Ref,
            asker => new LayerProtocol.MountLayerWhileHeld(
                mount.Layer, mount.OrContainer, mount.ReadOnly, mount.MountLabel, asker),
            Step.Of),
        StorageProtocol.UnmountLayer unmount => new Step.Ask(
            layers.Ref,
            asker => new LayerProtocol.UnmountLayerWhileHeld(
                unmount.Layer, unmount.OrContainer, unmount.Force, asker),
            Step.Of),
        StorageProtocol.Shutdown shutdown => Step.AskFor<LayerProtocol.ReleaseMountsOk>(
            layers.Ref,
            asker => new LayerProtocol.ReleaseMountsWhileHeld(shutdown.Force, asker),
            _ => Step.Of(UnmountHome())),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "is no walk"),
    };

    protected override void OnOther(object message)
    {
        if (message is LayerProtocol.GetLockStatistics get)
            layers.Ref.Tell(get with { FromTheLeft = [Lock.Statistics()] });
        else
            Unhandled(message);
    }

    private StorageProtocol.ShutdownOk UnmountHome()
    {
        // The token first: whoever sees it knows that the mount is about to go.
        Lock.File.WriteToken(disk, LockToken.New(Settings.Time));
        driver.UnmountHome();
        return new StorageProtocol.ShutdownOk();
    }
}
