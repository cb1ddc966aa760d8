// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>One layer's way from a blob to a record: asks whether it may be, unpacks it, has it committed,
/// stops.</summary>
internal sealed class StagerActor : UntypedActor, IWithTimers
{
    /*
     *   Planning --PlanLayerOk--> Unpacking --Unpacked--> Committing --CommitStagedLayerOk--> StagerEnded, stop
     *    |  ^ |                       |                       |
     *    +--+ | ParentEnded, and the parent never said what it would be: plan again, on what is in the store
     *         |                       |                       |
     *         +------- Refused, UnpackingFailed, or the layer is there already -----> StagerEnded, stop
     *
     *   Planning --DeadlineTick--> StagerEnded, stop
     *   Unpacking --DeadlineTick--> StagerEnded, Abandoned --Unpacked, UnpackingFailed--> stop
     */
    private readonly LayerStoreRef _layers;
    private readonly ContainerStoreRef _containers;
    private readonly StagingRef _pool;
    private readonly StagingWork _work;
    private readonly StagingProtocol.PutLayer _request;
    private readonly CancellationTokenSource _stopping;
    private LayerId? _parent;
    private IdMaps? _parentMaps;
    private IdMaps? _maps;
    private bool _isParentAsked;
    private bool _isPlanned;
    private bool _isParentInPlace;
    private bool _hasEnded;

    public static Props Props(
        LayerStoreRef layers, ContainerStoreRef containers, StagingRef pool, StagingWork work,
        StagingProtocol.PutLayer request, LayerId? parentInFlight, IdMaps? parentMaps) =>
        Akka.Actor.Props.Create(
            () => new StagerActor(layers, containers, pool, work, request, parentInFlight, parentMaps));

    /// <param name="parentMaps">Of a parent that is being put, if they are known by now.</param>
    public StagerActor(
        LayerStoreRef layers, ContainerStoreRef containers, StagingRef pool, StagingWork work,
        StagingProtocol.PutLayer request, LayerId? parentInFlight, IdMaps? parentMaps)
    {
        (_layers, _containers, _pool) = (layers, containers, pool);
        (_work, _request) = (work, request);
        (_parent, _parentMaps, _isParentInPlace) = (parentInFlight, parentMaps, parentInFlight is null);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(request.Cancellation);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>What is said to one who asks for a layer that is there.</summary>
    public static IReply Existing(StagingProtocol.PutLayer request, LayerRecord existing) => request.AcceptExisting
        ? new StagingProtocol.PutLayerOk(existing, AlreadyPresent: true)
        : new Refused(new StorageError(StorageErrorKind.AlreadyExists, "that ID is already in use"));

    protected override void PreStart()
    {
        var remaining = _request.Asker.Deadline - _work.Settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
        Plan();
    }

    protected override void OnReceive(object message) => Planning(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the stager was stopped")));
    }

    private void Planning(object message)
    {
        switch (message)
        {
            case LayerProtocol.PlanLayerOk plan: OnPlanLayerOk(plan); break;
            case ContainerProtocol.FindContainerOk found: OnFindContainerOk(found); break;
            case ParentPlanned parent: OnParentPlanned(parent); break;
            case ParentEnded: OnParentEnded(); break;
            case Refused refused: End(refused); break;
            case DeadlineTick: End(TooLate); break;
            default: Unhandled(message); break;
        }
    }

    private void Unpacking(object message)
    {
        switch (message)
        {
            case Unpacked unpacked: OnUnpacked(unpacked); break;
            case UnpackingFailed failed: End(new Refused(failed.Error)); break;
            case ParentPlanned or ParentEnded: break;
            case DeadlineTick: OnDeadlineTick(); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>The asker has its answer; the work on the thread has not noticed yet that nobody wants it.</summary>
    private void Abandoned(object message)
    {
        switch (message)
        {
            case Unpacked unpacked: OnUnpackedTooLate(unpacked); break;
            case UnpackingFailed: Context.Stop(Self); break;
            case ParentPlanned or ParentEnded: break;
            default: Unhandled(message); break;
        }
    }

    private void Committing(object message)
    {
        switch (message)
        {
            case ParentPlanned or ParentEnded: break;
            case LayerProtocol.CommitStagedLayerOk committed: OnCommitStagedLayerOk(committed); break;
            case Refused refused: End(refused); break;
            // If the store has it, it answers by the same deadline, and only it knows what became of the layer.
            case DeadlineTick: _pool.Ref.Tell(new WithdrawCommit(_request.Layer.Id)); break;
            default: Unhandled(message); break;
        }
    }

    private Asker OwnAsker => new(Self, _request.Asker.Deadline);

    private void Plan()
    {
        var layer = _request.Layer;
        // A parent that is being put at this moment is not in the store yet; the order of commits sees to it.
        _isParentAsked = _parent is null;
        _isPlanned = false;
        _layers.Ref.Tell(new LayerProtocol.PlanLayer(
            layer.Id, layer.Names, _isParentAsked ? layer.Parent : null, OwnAsker));
    }

    private void OnPlanLayerOk(LayerProtocol.PlanLayerOk plan)
    {
        if (plan.Existing is { } existing)
        {
            End(Existing(_request, existing));
            return;
        }
        if (_parent is null && !_isParentAsked)
        {
            // The parent ended while this answer was on its way.
            Plan();
            return;
        }
        if (_parent is null) (_parent, _parentMaps) = (plan.Parent, plan.ParentMaps ?? _work.Settings.IdMaps);
        if (plan.Parent is { } parent)
        {
            _containers.Ref.Tell(new ContainerProtocol.FindContainer(parent.Value, OwnAsker));
            return;
        }
        _isPlanned = true;
        UnpackIfReady();
    }

    /// <summary>Nobody may build on a container's own layer. The answer may be old when the layer is committed, with a
    /// lock as well as without.</summary>
    private void OnFindContainerOk(ContainerProtocol.FindContainerOk found)
    {
        if (found.Container is { } container && container.Layer == _parent)
        {
            End(new Refused(new StorageError(StorageErrorKind.Invalid, "would-be parent layer is a container")));
            return;
        }
        _isPlanned = true;
        UnpackIfReady();
    }

    private void OnParentPlanned(ParentPlanned parent)
    {
        // Another's than those that were told before, if the parent was handed over.
        if (_parentMaps != parent.Maps) (_parentMaps, _maps) = (parent.Maps, null);
        UnpackIfReady();
    }

    private void OnParentEnded()
    {
        _isParentInPlace = true;
        if (_parentMaps is not null)
        {
            UnpackIfReady();
            return;
        }
        // It was in the store before, or was refused: only the store knows whether there is such a layer.
        _parent = null;
        if (_isPlanned) Plan();
    }

    /// <summary>
    /// Of a parent that is being put only the maps must be known, unless its files are needed: to be copied, or to get
    /// other owners.
    /// </summary>
    private void UnpackIfReady()
    {
        if (!_isPlanned || _parentMaps is null) return;
        if (_maps is null)
        {
            _maps = _request.Layer.Maps.Resolve(_parentMaps);
            _pool.Ref.Tell(new StagerPlanned(_request.Layer.Id, _maps));
        }
        var needsParent = _parent is not null && (_work.Driver.CopiesParent || _maps != _parentMaps);
        if (_isParentInPlace || !needsParent) Unpack();
    }

    private void Unpack()
    {
        Become(Unpacking);
        try
        {
            var (maps, stopping) = (_maps!, _stopping.Token);
            var parent = _parent is { } id ? new TreeParent(id, _parentMaps!) : null;
            _work.Threads.Run(() => _work.Stage(_request, parent, maps, stopping)).PipeTo(
                Self,
                success: staged => new Unpacked(staged),
                failure: cause => new UnpackingFailed(StorageError.From(cause)));
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    private void OnUnpacked(Unpacked unpacked)
    {
        Become(Committing);
        Report(StagingPhase.Committing);
        var commit = new LayerWrite.Commit(unpacked.Staged, _request.Layer, _parent, _request.AcceptExisting);
        _pool.Ref.Tell(new CommitInTurn(new LayerProtocol.CommitStagedLayer(commit, OwnAsker)));
    }

    private void OnCommitStagedLayerOk(LayerProtocol.CommitStagedLayerOk committed)
    {
        Report(StagingPhase.Committed);
        End(new StagingProtocol.PutLayerOk(committed.Layer, committed.AlreadyPresent));
    }

    private void OnDeadlineTick()
    {
        _stopping.Cancel();
        Become(Abandoned);
        Tell(TooLate);
    }

    private void OnUnpackedTooLate(Unpacked unpacked)
    {
        _work.Discard(unpacked.Staged);
        Context.Stop(Self);
    }

    private Refused TooLate => new(new StorageError(
        StorageErrorKind.Cancelled, $"layer {_request.Layer.Id} was not unpacked before the deadline"));

    private void End(IReply reply)
    {
        Tell(reply);
        Context.Stop(Self);
    }

    private void Tell(IReply reply)
    {
        _hasEnded = true;
        if (reply is Refused) Report(StagingPhase.Failed);
        _pool.Ref.Tell(new StagerEnded(_request.Layer.Id, reply));
    }

    private void Report(StagingPhase phase) =>
        StagingWork.Report(_request, new StagingProgress(_request.Layer.Id, phase, 0, null, 0, 0));

    private sealed record Unpacked(StagedLayer Staged) : ILocalMessage;

    private sealed record UnpackingFailed(StorageError Error) : ILocalMessage;
}

/// <summary>Send this to the layer store after the commits it builds on.</summary>
internal sealed record CommitInTurn(LayerProtocol.CommitStagedLayer Commit) : ILocalMessage;

/// <summary>Do not send the commit any more, if it has not been sent.</summary>
internal sealed record WithdrawCommit(LayerId Id) : ILocalMessage;

/// <summary>How the ids of the files of the layer that is being put will lie on the host.</summary>
internal sealed record StagerPlanned(LayerId Id, IdMaps Maps) : ILocalMessage;

/// <summary>Tells a stager the maps of the parent, which is being put too.</summary>
internal sealed record ParentPlanned(IdMaps Maps) : ILocalMessage;

/// <summary>Tells a stager that the parent is in its place, or will never be.</summary>
internal sealed record ParentEnded : ILocalMessage;

/// <summary>A stager's last word.</summary>
internal sealed record StagerEnded(LayerId Id, IReply Reply) : ILocalMessage;
