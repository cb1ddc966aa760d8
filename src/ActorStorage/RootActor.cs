// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Graph;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Reaping;
using ActorStorage.Staging;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage;

/// <summary>
/// Owns one root while it is open: opens it, then creates the stores from right to left, so that each knows only
/// those on its right: reaper, containers, images, layers, graph, then those who work outside the locks. Closes it at
/// its end, when all of them have ended.
/// </summary>
internal sealed class RootActor : UntypedActor
{
    /*
     *   Opening --Opened--> Recovering --RecoverLayersOk or Refused--> RootReady to the owner, Ready
     *      |                                                              |
     *      +--Status.Failure--> RootFailed to the owner, stop <-----------+--Terminated: a store crashed too often
     */
    private const int RestartsMax = 10;
    private static readonly TimeSpan RestartsWithin = TimeSpan.FromMinutes(1);
    private readonly IDisk _disk;
    private StorageSettings _settings;
    private readonly DiskThreads _opening = new("opening", threadsMax: 1, queueMax: 1);
    private readonly DiskThreads _stagers;
    private readonly DiskThreads _inspectors;
    private readonly DiskThreads _reapers;
    private readonly StagingArea _area;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Task<OpenedRoot>? _opened;
    private RootProtocol.RootReady? _ready;
    private LayerSizes? _sizes;

    public static Props Props(StorageSettings settings, IDisk disk) =>
        Akka.Actor.Props.Create(() => new RootActor(settings, disk)).WithDispatcher("actor-storage.store-dispatcher");

    public RootActor(StorageSettings settings, IDisk disk)
    {
        (_disk, _settings) = (disk, settings);
        _area = new StagingArea(_disk, settings.Paths);
        _stagers = new DiskThreads("stager", settings.StagersMax, settings.StagingQueueMax);
        // Of their own: a stager may wait for a blob that comes over a network, and who looks need not.
        _inspectors = new DiskThreads("inspector", settings.StagersMax, settings.StagingQueueMax);
        _reapers = new DiskThreads("reaper", settings.ReapersMax, settings.ReapingQueueMax);
    }

    // A store that crashed starts anew from what stands on disk, after a while; what waited for it is refused by its
    // last word, and what was still in its mailbox is answered by the new one.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(RestartsMax, RestartsWithin, _ => Directive.Restart);

    protected override void PreStart()
    {
        var (disk, settings, stopping) = (_disk, _settings, _stopping.Token);
        _opened = _opening.Run(() => OpenedRoot.Open(disk, settings, stopping));
        _opened.PipeTo(Self);
    }

    protected override void OnReceive(object message) => Opening(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Nobody may work in the temp directories any more when they go, nor in the home. Whoever does not come back
        // from a read, say of a pipe that nobody fills, finds its handles closed when it does.
        DiskThreads[] all = [_opening, _stagers, _inspectors, _reapers];
        foreach (var threads in all) threads.Dispose();
        foreach (var threads in all) threads.Join(_settings.StopWaitMax);
        _sizes?.Save();
        // A root that was opened too late is in no message that anybody reads.
        if (_opened is { IsCompletedSuccessfully: true } opened) opened.GetAwaiter().GetResult().Dispose();
        _area.Dispose();
        _stopping.Dispose();
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case OpenedRoot root: OnOpened(root); break;
            case Status.Failure failure: OnOpeningFailed(failure.Cause); break;
            default: Unhandled(message); break;
        }
    }

    private void Recovering(object message)
    {
        switch (message)
        {
            case LayerProtocol.RecoverLayersOk: OnReady(); break;
            case Refused refused: OnNotRecovered(refused); break;
            case Terminated ended: OnChildEnded(ended); break;
            default: Unhandled(message); break;
        }
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case Terminated ended: OnChildEnded(ended); break;
            default: Unhandled(message); break;
        }
    }

    private void OnOpened(OpenedRoot root)
    {
        _settings = _settings with { Paths = root.Paths };
        if (root.NotCleared is { } stays) WarnOf(stays);
        _ready = CreateStores(root);
        if (!root.NeedsRecovery)
        {
            OnReady();
            return;
        }
        Become(Recovering);
        var deadline = _settings.Time.GetUtcNow() + _settings.OpenWaitMax;
        _ready.Layers.Ref.Tell(new LayerProtocol.RecoverLayers(new Asker(Self, deadline)));
    }

    /// <summary>From right to left, so that each gets the addresses on its right and no others.</summary>
    private RootProtocol.RootReady CreateStores(OpenedRoot root)
    {
        var reaper = new ReaperRef(Context.ActorOf(ReaperActor.Props(_disk, _reapers), "reaper"));
        var containers = new ContainerStoreRef(Context.ActorOf(
            ContainerStoreActor.Props(reaper, _disk, _area, _settings, NewBackOff()), "containers"));
        var images = new ImageStoreRef(Context.ActorOf(
            ImageStoreActor.Props(containers, reaper, _disk, _area, _settings, NewBackOff()), "images"));
        var layers = new LayerStoreRef(Context.ActorOf(
            LayerStoreActor.Props(
                images, containers, reaper, _disk, root.Driver, _area, _settings, NewBackOff()), "layers"));
        var graph = new GraphRef(Context.ActorOf(
            GraphActor.Props(layers, _disk, root.Driver, root.BackingFileSystem, _settings, NewBackOff()), "graph"));
        var sizes = _sizes = new LayerSizes(_disk, root.Driver, _settings.Paths, _settings.Time);
        var space = new SpaceLedger(_settings, Rooms.Of(_disk, root.Driver.Places), sizes.TotalBytes);
        var work = new StagingWork(reaper, _disk, root.Driver, _area, _settings, _stagers, sizes, space);
        var looking = work with { Threads = _inspectors };
        var inspection = new InspectionRef(Context.ActorOf(InspectionActor.Props(layers, looking), "inspection"));
        var staging = new StagingRef(Context.ActorOf(
            StagingActor.Props(layers, images, containers, work), "staging"));
        if (TelemetrySupport.IsOn) Context.ActorOf(SpaceTellerActor.Props(inspection, space, _settings), "space");
        foreach (var child in (IActorRef[])[
            reaper.Ref, containers.Ref, images.Ref, layers.Ref, graph.Ref, inspection.Ref, staging.Ref])
        {
            Context.Watch(child);
        }
        return new RootProtocol.RootReady(graph, staging, inspection, layers, images, containers);
    }

    private BackOff NewBackOff() => new(_settings.RestartWaitMin, _settings.RestartWaitMax, _settings.Time);

    private void OnOpeningFailed(Exception cause)
    {
        var error = StorageError.From(cause);
        _log.Error(cause, "Root {GraphRoot} cannot be opened: {Reason}", _settings.Paths.GraphRoot, error.Message);
        Fail(error);
    }

    private void OnNotRecovered(Refused refused)
    {
        WarnOf(refused.Error);
        OnReady();
    }

    private void WarnOf(StorageError stays) => _log.Warning(
        "What a killed engine left in {GraphRoot} stays: {Reason}", _settings.Paths.GraphRoot, stays.Message);

    private void OnReady()
    {
        Become(Ready);
        Context.Parent.Tell(_ready);
    }

    /// <summary>One that crashed again and again: what needs it would never be answered. The others end too: their
    /// neighbours may wait for what it will not say any more, with their locks held.</summary>
    private void OnChildEnded(Terminated ended)
    {
        var error = new StorageError(
            StorageErrorKind.Poisoned, $"{ended.ActorRef.Path.Name} of {_settings.Paths.GraphRoot} failed too often");
        _log.Error("{Reason}", error.Message);
        Fail(error);
    }

    private void Fail(StorageError error)
    {
        Context.Parent.Tell(new RootProtocol.RootFailed(error));
        Context.Stop(Self);
    }
}
