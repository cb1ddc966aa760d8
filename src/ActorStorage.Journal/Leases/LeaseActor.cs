// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.History;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorStorage.Journal.Leases;

/// <summary>
/// Owns the leases of one root. The journal says who has which and until when; what keeps a layer is a record in the
/// store, an empty layer on top of it. A lease is stored before its record is made and ended before it is deleted, so
/// that a record without a lease can only be one that is to go.
/// </summary>
internal sealed class LeaseActor : UntypedPersistentActor, IWithTimers
{
    /*
     *   Recovering --RecoveryCompleted--> leases whose process is gone end, the others are compared with the layers
     *   AcquireLease --stored--> the record is made --RecordMade--> AcquireLeaseOk
     *                                               --RecordFailed--> ended, Refused
     *   ReleaseLease, its time, its owner's end --stored--> the record is deleted --RecordGone--> ReleaseLeaseOk
     *   The database fails --> JournalFailed to the parent, stop; the parent refuses who waits
     */
    private readonly StorageClient _client;
    private readonly JournalSettings _settings;
    private readonly TimeProvider _time;
    private readonly LeaseState _state = new();
    private readonly Dictionary<string, Asker> _acquiring = new(StringComparer.Ordinal);
    private readonly Dictionary<LayerId, Asker> _releasing = [];
    private readonly ConcurrentDictionary<string, IActorRef> _owners;
    private readonly HashSet<LayerId> _toDelete = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isReconciled;

    /// <param name="owners">The owners of leases by their ids. One after the other has it who does this work: they live
    /// on while the database is away.</param>
    public static Props Props(
        StorageClient client, JournalSettings settings, TimeProvider time,
        ConcurrentDictionary<string, IActorRef> owners) =>
        Akka.Actor.Props.Create(() => new LeaseActor(client, settings, time, owners))
            .WithDispatcher(JournalPlugins.ActorDispatcher);

    public LeaseActor(
        StorageClient client, JournalSettings settings, TimeProvider time,
        ConcurrentDictionary<string, IActorRef> owners)
    {
        (_client, _settings, _time, _owners) = (client, settings, time, owners);
        JournalPluginId = settings.Plugins.Journal;
        SnapshotPluginId = settings.Plugins.Snapshots;
    }

    public override string PersistenceId => _settings.LeasesId;

    public ITimerScheduler Timers { get; set; } = null!;

    private string NamePrefix => $"{LeaseRecord.NamePrefix}{_settings.RootId}-";

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case LeaseEvent step: _state.Apply(step); break;
            case SnapshotOffer { Snapshot: LeaseSnapshot snapshot }: _state.Restore(snapshot); break;
            case RecoveryCompleted: OnRecovered(); break;
            case UnknownEvent: break;       // a later version's; what it means for a lease is not known here
            default: Unhandled(message); break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case LeaseProtocol.AcquireLease acquire: OnAcquireLease(acquire); break;
            case LeaseProtocol.RenewLease renew: OnRenewLease(renew); break;
            case LeaseProtocol.ReleaseLease release: OnReleaseLease(release); break;
            case KeepFor keep: OnKeepFor(keep); break;
            case ReleaseOwned release: OnReleaseOwned(release); break;
            case LeaseProtocol.ListLeases list: OnListLeases(list); break;
            case RecordMade made: OnRecordMade(made); break;
            case RecordFailed failed: OnRecordFailed(failed); break;
            case RecordGone gone: OnRecordGone(gone); break;
            case RecordStays stays: OnRecordStays(stays); break;
            case LayersListed listed: OnLayersListed(listed); break;
            case Terminated ended: OnOwnerEnded(ended); break;
            case SweepTick: OnSweepTick(); break;
            case Status.Failure: break;                 // the layers could not be listed: the next sweep tries again
            case SaveSnapshotSuccess saved:
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure or DeleteSnapshotsSuccess or DeleteSnapshotsFailure: break;
            default: Unhandled(message); break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Fail(cause);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Fail(reason);

    private void OnRecovered()
    {
        foreach (var owner in _owners.Values) Context.Watch(owner);
        Timers.StartPeriodicTimer(
            nameof(SweepTick), SweepTick.Instance, TimeSpan.Zero, _settings.LeaseSweepInterval);
    }

    private void OnAcquireLease(LeaseProtocol.AcquireLease acquire)
    {
        var id = Guid.NewGuid().ToString("N");
        _acquiring[id] = acquire.Asker;
        if (acquire.Owner is { } owner) _owners[id] = Context.Watch(owner);
        Grant(id, acquire.Layer, acquire.OwnerName, acquire.Owner is not null, acquire.TimeToLive);
    }

    private void OnKeepFor(KeepFor keep)
    {
        if (_state.All.Any(lease => lease.OwnerName == keep.OwnerName && lease.Layer == keep.Layer)) return;
        Grant(Guid.NewGuid().ToString("N"), keep.Layer, keep.OwnerName, endsWithProcess: false, keep.TimeToLive);
    }

    private void Grant(string id, LayerId layer, string ownerName, bool endsWithProcess, TimeSpan? timeToLive)
    {
        var now = _time.GetUtcNow();
        var granted = new LeaseGranted(
            id, layer, LayerId.Random(), ownerName, endsWithProcess, now, now + timeToLive);
        Store(granted, () => MakeRecord(granted));
    }

    private void OnRenewLease(LeaseProtocol.RenewLease renew)
    {
        if (_state.Find(renew.LeaseId) is null)
        {
            RefuseUnknown(renew.LeaseId, renew.Asker);
            return;
        }
        Store(new LeaseRenewed(renew.LeaseId, _time.GetUtcNow() + renew.TimeToLive), () =>
            renew.Asker.ReplyTo.Tell(new LeaseProtocol.RenewLeaseOk(ToLease(_state.Find(renew.LeaseId)!))));
    }

    private void OnReleaseLease(LeaseProtocol.ReleaseLease release)
    {
        if (_state.Find(release.LeaseId) is not { } lease)
        {
            RefuseUnknown(release.LeaseId, release.Asker);
            return;
        }
        _releasing[lease.Record] = release.Asker;
        End(lease, LeaseEnd.Released);
    }

    private void OnReleaseOwned(ReleaseOwned release)
    {
        foreach (var lease in _state.All.Where(lease => lease.OwnerName == release.OwnerName).ToList())
            End(lease, LeaseEnd.Released);
    }

    private void OnListLeases(LeaseProtocol.ListLeases list) =>
        list.Asker.ReplyTo.Tell(new LeaseProtocol.ListLeasesOk([.. _state.All.Select(ToLease)]));

    private void OnOwnerEnded(Terminated ended)
    {
        foreach (var (id, _) in _owners.Where(each => each.Value.Equals(ended.ActorRef)).ToList())
        {
            if (_state.Find(id) is { } lease) End(lease, LeaseEnd.OwnerGone);
        }
    }

    private void OnSweepTick()
    {
        foreach (var lease in _state.ExpiredAt(_time.GetUtcNow()).ToList()) End(lease, LeaseEnd.Expired);
        foreach (var record in _toDelete.ToList()) DeleteRecord(record);
        if (!_isReconciled)
            _client.ListLayersAsync().PipeTo(Self, success: layers => new LayersListed(layers));
    }

    /// <summary>What stands in the store is the truth: leases follow it, and make good what is missing.</summary>
    private void OnLayersListed(LayersListed listed)
    {
        if (_isReconciled) return;
        _isReconciled = true;
        var ids = listed.Layers.Select(layer => layer.Id).ToHashSet();
        foreach (var lease in _state.All.ToList())
        {
            if (lease.EndsWithProcess && !_owners.ContainsKey(lease.LeaseId)) End(lease, LeaseEnd.OwnerGone);
            else if (!ids.Contains(lease.Layer)) End(lease, LeaseEnd.LayerGone);
            else if (!ids.Contains(lease.Record) && !_acquiring.ContainsKey(lease.LeaseId)) MakeRecord(lease);
        }
        foreach (var layer in listed.Layers.Where(IsOwnRecord))
        {
            if (!_state.IsRecord(layer.Id)) DeleteRecord(layer.Id);
        }
    }

    private void OnRecordMade(RecordMade made)
    {
        var asker = Taken(made.Lease.LeaseId);
        if (_state.Find(made.Lease.LeaseId) is { } lease)
        {
            asker?.ReplyTo.Tell(new LeaseProtocol.AcquireLeaseOk(ToLease(lease)));
            return;
        }
        // It ended meanwhile.
        DeleteRecord(made.Lease.Record);
        if (asker is not null) RefuseUnknown(made.Lease.LeaseId, asker);
    }

    private void OnRecordFailed(RecordFailed failed)
    {
        Taken(failed.Lease.LeaseId)?.ReplyTo.Tell(new Refused(failed.Error));
        if (_state.Find(failed.Lease.LeaseId) is { } lease) End(lease, LeaseEnd.NotGranted);
    }

    private void OnRecordGone(RecordGone gone)
    {
        _toDelete.Remove(gone.Record);
        if (_releasing.Remove(gone.Record, out var asker)) asker.ReplyTo.Tell(new LeaseProtocol.ReleaseLeaseOk());
    }

    private void OnRecordStays(RecordStays stays)
    {
        // The lease has ended all the same; the sweep tries again.
        _log.Warning("The record {Record} of a lease that ended stays for now: {Reason}",
            stays.Record, stays.Error.Message);
        if (_releasing.Remove(stays.Record, out var asker)) asker.ReplyTo.Tell(new Refused(stays.Error));
    }

    private void End(LeaseGranted lease, LeaseEnd reason)
    {
        if (_owners.TryRemove(lease.LeaseId, out var owner) && !_owners.Values.Contains(owner)) Context.Unwatch(owner);
        Store(new LeaseEnded(lease.LeaseId, reason, _time.GetUtcNow()), () => DeleteRecord(lease.Record));
    }

    private void Store(LeaseEvent step, Action then) => Persist(step, stored =>
    {
        _state.Apply(stored);
        if (LastSequenceNr % _settings.SnapshotEvery == 0) SaveSnapshot(_state.ToSnapshot());
        then();
    });

    private void MakeRecord(LeaseGranted lease) => _client
        .PutLayerAsync(new PutLayer(new NewLayer
        {
            Id = lease.Record,
            Parent = lease.Layer.Value,
            Names = [NamePrefix + lease.LeaseId],
        }, AcceptExisting: true))
        .PipeTo(
            Self,
            success: _ => new RecordMade(lease),
            failure: cause => new RecordFailed(lease, StorageError.From(cause)));

    private void DeleteRecord(LayerId record)
    {
        _toDelete.Add(record);
        _client.DeleteLayerAsync(record.Value).PipeTo(
            Self,
            success: () => new RecordGone(record),
            failure: cause => StorageError.From(cause) is { Kind: not StorageErrorKind.NotFound } error
                ? new RecordStays(record, error)
                : new RecordGone(record));
    }

    private bool IsOwnRecord(LayerRecord layer) =>
        layer.Names.Any(name => name.StartsWith(NamePrefix, StringComparison.Ordinal));

    private Asker? Taken(string leaseId) => _acquiring.Remove(leaseId, out var asker) ? asker : null;

    private static void RefuseUnknown(string leaseId, Asker asker) => asker.ReplyTo.Tell(new Refused(new StorageError(
        StorageErrorKind.NotFound, $"lease {leaseId} is not known, or has ended")));

    private static Lease ToLease(LeaseGranted lease) =>
        new(lease.LeaseId, lease.Layer, lease.OwnerName, lease.ExpiresAt);

    private static void Fail(Exception cause) =>
        Context.Parent.Tell(new JournalFailed(cause.GetBaseException().Message));

    private sealed record RecordMade(LeaseGranted Lease) : ILocalMessage;

    private sealed record RecordFailed(LeaseGranted Lease, StorageError Error) : ILocalMessage;

    private sealed record RecordGone(LayerId Record) : ILocalMessage;

    private sealed record RecordStays(LayerId Record, StorageError Error) : ILocalMessage;

    private sealed record LayersListed(IReadOnlyList<LayerRecord> Layers) : ILocalMessage;

    private sealed record SweepTick : ILocalMessage
    {
        public static readonly SweepTick Instance = new();
    }
}

/// <summary>Every lease of that owner ends. Nobody waits for an answer.</summary>
internal sealed record ReleaseOwned(string OwnerName) : ILocalMessage;

/// <summary>A lease for that owner, unless it has one on the layer. Nobody waits for an answer.</summary>
internal sealed record KeepFor(LayerId Layer, TimeSpan TimeToLive, string OwnerName) : ILocalMessage;
