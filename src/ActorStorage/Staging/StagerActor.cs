// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Layers;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>One layer's way from a blob to a record: asks whether it may be, unpacks it, has it committed in the order
/// of the chain.</summary>
internal sealed class StagerActor : JobActor
{
    /*
     *   A job, whose answers go to the pool as StagerEnded, and which is told of a parent that is being put:
     *
     *   Asking --PlanLayerOk, and the parent's maps are known (ParentPlanned), its files too if needed--> Working
     *     |  ^
     *     +--+ ParentEnded, and the parent never said what it would be: plan again, on what is in the store
     */
    private readonly LayerStoreRef _layers;
    private readonly ContainerStoreRef _containers;
    private readonly StagingRef _pool;
    private readonly StagingWork _work;
    private readonly StagingProtocol.PutLayer _request;
    private LayerId? _parent;
    private IdMaps? _parentMaps;
    private IdMaps? _maps;
    private bool _isParentAsked;
    private bool _isPlanned;
    private bool _isParentInPlace;
    private bool _isUnpacking;
    private StagedLayer? _staged;

    public static Props Props(
        LayerStoreRef layers, ContainerStoreRef containers, StagingRef pool, StagingWork work,
        StagingProtocol.PutLayer request, LayerId? parentInFlight, IdMaps? parentMaps) =>
        Akka.Actor.Props.Create(
            () => new StagerActor(layers, containers, pool, work, request, parentInFlight, parentMaps));

    /// <param name="parentMaps">Of a parent that is being put, if they are known by now.</param>
    public StagerActor(
        LayerStoreRef layers, ContainerStoreRef containers, StagingRef pool, StagingWork work,
        StagingProtocol.PutLayer request, LayerId? parentInFlight, IdMaps? parentMaps)
        : base(work, request.Asker, request.Cancellation)
    {
        (_layers, _containers, _pool) = (layers, containers, pool);
        (_work, _request) = (work, request);
        (_parent, _parentMaps, _isParentInPlace) = (parentInFlight, parentMaps, parentInFlight is null);
    }

    /// <summary>What is said to one who asks for a layer that is there.</summary>
    public static IReply Existing(StagingProtocol.PutLayer request, LayerRecord existing) => request.AcceptExisting
        ? new StagingProtocol.PutLayerOk(existing, AlreadyPresent: true)
        : new Refused(new StorageError(StorageErrorKind.AlreadyExists, "that ID is already in use"));

    protected override string Undone => $"layer {_request.Layer.Id} was not unpacked";

    protected override void Begin() => Plan();

    protected override void OnAnswer(IReply answer)
    {
        switch (answer)
        {
            case LayerProtocol.PlanLayerOk plan: OnPlanLayerOk(plan); break;
            case ContainerProtocol.FindContainerOk found: OnFindContainerOk(found); break;
            case LayerProtocol.CommitStagedLayerOk committed: OnCommitStagedLayerOk(committed); break;
            default: Unhandled(answer); break;
        }
    }

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case ParentPlanned or ParentEnded when _isUnpacking: break;
            case ParentPlanned parent: OnParentPlanned(parent); break;
            case ParentEnded: OnParentEnded(); break;
            default: Unhandled(message); break;
        }
    }

    protected override void OnResult(object result)
    {
        _staged = (StagedLayer)result;
        Report(StagingPhase.Committing);
        var commit = new LayerWrite.Commit(_staged, _request.Layer, _parent, _request.AcceptExisting);
        Commit(_pool.Ref, new CommitInTurn(new LayerProtocol.CommitStagedLayer(commit, OwnAsker)));
    }

    protected override void Discard(object result) => _work.Discard((StagedLayer)result);

    // If the store has it, it answers by the same deadline, and only it knows what became of the layer.
    protected override void OnLateCommit() => _pool.Ref.Tell(new WithdrawCommit(_request.Layer.Id));

    protected override void Answer(IReply reply)
    {
        if (reply is Refused) Report(StagingPhase.Failed);
        _pool.Ref.Tell(new StagerEnded(_request.Layer.Id, reply));
    }

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
            Note(existing, isNew: false);
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
        _isUnpacking = true;
        var maps = _maps!;
        var parent = _parent is { } id ? new TreeParent(id, _parentMaps!) : null;
        Work(stopping => _work.Stage(_request, parent, maps, stopping));
    }

    private void OnCommitStagedLayerOk(LayerProtocol.CommitStagedLayerOk committed)
    {
        Report(StagingPhase.Committed);
        Note(committed.Layer, isNew: !committed.AlreadyPresent);
        End(new StagingProtocol.PutLayerOk(committed.Layer, committed.AlreadyPresent));
    }

    private void Note(LayerRecord layer, bool isNew)
    {
        if (_work.Settings.Journal?.Uses is not { } uses || LeaseRecord.Is(layer)) return;
        uses.Note(layer.Id, UseKind.Put);
        if (isNew) uses.NoteOrigin(StoreKind.Layers, layer.Id.Value, _request.Asker.Client, _request.Blob?.Name);
    }

    private void Report(StagingPhase phase) => StagingWork.Report(
        _request,
        _staged is not null
            ? StagingProgress.Of(_staged, phase)
            : new StagingProgress(_request.Layer.Id, phase, 0, _request.Blob?.SizeBytes, 0, 0));
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
