// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Journal.Leases;

/// <summary>
/// Owns the leases of one root. The journal says who has which and until when; what keeps a layer is a record in the
/// store, an empty layer on top of it. A lease is stored before its record is made and ended before it is deleted, so
/// that a record without a lease can only be one that is to go.
/// </summary>
internal sealed class LeaseActor(
    StorageClient client, JournalLink link, JournalSettings settings, TimeProvider time,
    ConcurrentDictionary<string, IActorRef> owners) : StoringActor<LeaseEvent>(settings.LeasesId, settings)
{
    /*
     *   Recovering --RecoveryCompleted--> leases whose process is gone end, the others are compared with the layers
     *   AcquireLease --stored--> the record is made --RecordMade--> AcquireLeaseOk
     *                                               --RecordFailed--> ended, Refused
     *   ReleaseLease, its time, its owner's end --stored--> the record is deleted --RecordGone--> ReleaseLeaseOk
     *   A record has become old --LeaseMoved stored--> a new one is made --RecordMade--> the old one is deleted
     */

    // An old record is replaced this much before it is one, so that looking four times is enough.
    private const int LooksPerAge = 4;
    private readonly LeaseState _state = new();
    private readonly Dictionary<string, Asker> _acquiring = new(StringComparer.Ordinal);
    private readonly Dictionary<LayerId, Asker> _releasing = [];
    private readonly Dictionary<LayerId, LayerId> _oldRecords = [];
    private readonly HashSet<LayerId> _making = [];
    private readonly HashSet<LayerId> _toDelete = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private DateTimeOffset? _listedAt;

    /// <param name="owners">The owners of leases by their ids. One after the other has it who does this work: they live
    /// on while the database is away.</param>
    public static Props Props(
        StorageClient client, JournalLink link, JournalSettings settings, TimeProvider time,
        ConcurrentDictionary<string, IActorRef> owners) =>
        Akka.Actor.Props.Create(() => new LeaseActor(client, link, settings, time, owners))
            .WithDispatcher(JournalPlugins.ActorDispatcher);

    private string NamePrefix => $"{LeaseRecord.NamePrefix}{Settings.RootId}-";

    protected override void Apply(LeaseEvent step)
    {
        // Until all is read the book says what was known before.
        if (!IsRecovering && step is LeaseEnded && _state.Find(step.LeaseId) is { } ended)
            link.Leases.Remove(ended.Layer, ended.LeaseId);
        _state.Apply(step);
        if (!IsRecovering && step is LeaseGranted granted)
            link.Leases.Add(granted.Layer, granted.LeaseId, granted.OwnerName);
    }

    protected override object ToSnapshot() => _state.ToSnapshot();

    protected override void Restore(object snapshot) => _state.Restore((LeaseSnapshot)snapshot);

    protected override ImmutableHashSet<string> TagsOf(LeaseEvent step) => Tags.Lease;

    protected override void OnRecovered()
    {
        link.Leases.Clear();
        foreach (var lease in _state.All) link.Leases.Add(lease.Layer, lease.LeaseId, lease.OwnerName);
        foreach (var owner in owners.Values) Context.Watch(owner);
        Timers.StartPeriodicTimer(nameof(SweepTick), SweepTick.Instance, TimeSpan.Zero, Settings.LeaseSweepInterval);
    }

    protected override void OnRequest(object message)
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
            case LayersChanged: _listedAt = null; break;
            case Terminated ended: OnOwnerEnded(ended); break;
            case SweepTick: OnSweepTick(); break;
            case Status.Failure: _listedAt = null; break;
            default: Unhandled(message); break;
        }
    }

    private void OnAcquireLease(LeaseProtocol.AcquireLease acquire)
    {
        if (_state.All.Count + _acquiring.Count >= Settings.LeasesMax)
        {
            acquire.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Busy,
                $"there are {_state.All.Count} leases; {_acquiring.Count} are being acquired; "
                + $"actor-storage.journal.leases-max is {Settings.LeasesMax}")));
            return;
        }
        var id = Guid.NewGuid().ToString("N");
        _acquiring[id] = acquire.Asker;
        if (acquire.Owner is { } owner) owners[id] = Context.Watch(owner);
        Grant(id, acquire.Layer, acquire.OwnerName, acquire.Owner is not null, acquire.TimeToLive);
    }

    private void OnKeepFor(KeepFor keep)
    {
        if (_state.All.Any(lease => lease.OwnerName == keep.OwnerName && lease.Layer == keep.Layer)) return;
        Grant(Guid.NewGuid().ToString("N"), keep.Layer, keep.OwnerName, endsWithProcess: false, keep.TimeToLive);
    }

    private void Grant(string id, LayerId layer, string ownerName, bool endsWithProcess, TimeSpan? timeToLive)
    {
        var now = time.GetUtcNow();
        var granted = new LeaseGranted(
            id, layer, LayerId.Random(), ownerName, endsWithProcess, now, now + timeToLive);
        _making.Add(granted.Record);
        Store(granted, () => MakeRecord(granted));
    }

    private void OnRenewLease(LeaseProtocol.RenewLease renew)
    {
        if (_state.Find(renew.LeaseId) is not { } lease)
        {
            RefuseUnknown(renew.LeaseId, renew.Asker);
            return;
        }
        var renewed = new LeaseRenewed(renew.LeaseId, time.GetUtcNow() + renew.TimeToLive);
        Store(renewed, () => renew.Asker.ReplyTo.Tell(
            new LeaseProtocol.RenewLeaseOk(ToLease(lease with { ExpiresAt = renewed.ExpiresAt }))));
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

    /// <summary>What is told must be stored.</summary>
    private void OnListLeases(LeaseProtocol.ListLeases list)
    {
        var answer = new LeaseProtocol.ListLeasesOk([.. _state.All.Select(ToLease)]);
        AfterStored(() => list.Asker.ReplyTo.Tell(answer));
    }

    private void OnOwnerEnded(Terminated ended)
    {
        foreach (var (id, _) in owners.Where(each => each.Value.Equals(ended.ActorRef)).ToList())
        {
            if (_state.Find(id) is { } lease) End(lease, LeaseEnd.OwnerGone);
        }
    }

    private void OnSweepTick()
    {
        foreach (var lease in _state.ExpiredAt(time.GetUtcNow()).ToList()) End(lease, LeaseEnd.Expired);
        foreach (var record in _toDelete.ToList()) DeleteRecord(record);
        if (_listedAt + (Settings.LeaseRecordAgeMax / LooksPerAge) > time.GetUtcNow()) return;
        var now = time.GetUtcNow();
        _listedAt = now;
        client.ListLayersAsync().PipeTo(Self, success: layers => new LayersListed(layers, now));
    }

    /// <summary>What stands in the store is the truth: leases follow it, and make good what is missing.</summary>
    private void OnLayersListed(LayersListed listed)
    {
        // An additional store may have a layer too.
        var layers = listed.Layers.DistinctBy(layer => layer.Id).ToDictionary(layer => layer.Id);
        var oldBefore = (listed.AskedAt - (Settings.LeaseRecordAgeMax * (LooksPerAge - 1) / LooksPerAge))
            .ToUnixTimeSeconds();
        // One that was granted later may be of a layer that the list does not show.
        foreach (var lease in _state.All.Where(lease => lease.At < listed.AskedAt).ToList())
        {
            if (lease.EndsWithProcess && !owners.ContainsKey(lease.LeaseId)) End(lease, LeaseEnd.OwnerGone);
            else if (!layers.ContainsKey(lease.Layer)) End(lease, LeaseEnd.LayerGone);
            else if (_making.Contains(lease.Record)) continue;
            else if (!layers.TryGetValue(lease.Record, out var record)) MakeRecord(lease);
            else if (record.Created.Moment.Seconds < oldBefore) Move(lease);
        }
        // What keeps a layer now stays until its new record is there.
        if (_making.Count > 0)
        {
            _listedAt = null;
            return;
        }
        foreach (var layer in listed.Layers.Where(IsOwnRecord))
        {
            if (!_state.IsRecord(layer.Id)) DeleteRecord(layer.Id);
        }
    }

    /// <summary>Tools that repair a store take layers for left over that are a day old and in no image.</summary>
    private void Move(LeaseGranted lease)
    {
        var moved = new LeaseMoved(lease.LeaseId, LayerId.Random(), time.GetUtcNow());
        _oldRecords[moved.Record] = lease.Record;
        _making.Add(moved.Record);
        Store(moved, () => MakeRecord(lease with { Record = moved.Record }));
    }

    private void OnRecordMade(RecordMade made)
    {
        _making.Remove(made.Lease.Record);
        var asker = Taken(made.Lease.LeaseId);
        if (_oldRecords.Remove(made.Lease.Record, out var old)) DeleteRecord(old);
        if (_state.Find(made.Lease.LeaseId) is { } lease)
        {
            if (asker is null) return;
            link.Uses.Note(lease.Layer, UseKind.Leased);
            asker.ReplyTo.Tell(new LeaseProtocol.AcquireLeaseOk(ToLease(lease)));
            return;
        }
        // It ended meanwhile.
        DeleteRecord(made.Lease.Record);
        if (asker is not null) RefuseUnknown(made.Lease.LeaseId, asker);
    }

    private void OnRecordFailed(RecordFailed failed)
    {
        _making.Remove(failed.Lease.Record);
        Taken(failed.Lease.LeaseId)?.ReplyTo.Tell(new Refused(failed.Error));
        var lease = _state.Find(failed.Lease.LeaseId);
        if (!_oldRecords.Remove(failed.Lease.Record, out var old))
        {
            if (lease is not null) End(lease, LeaseEnd.NotGranted);
            return;
        }
        // The old one keeps it still. When the layers are listed next, it is tried again.
        if (lease is null) DeleteRecord(old);
        else Store(new LeaseMoved(lease.LeaseId, old, time.GetUtcNow()), () => { });
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
        if (owners.TryRemove(lease.LeaseId, out var owner) && !owners.Values.Contains(owner)) Context.Unwatch(owner);
        Store(new LeaseEnded(lease.LeaseId, reason, time.GetUtcNow()), () => DeleteRecord(lease.Record));
    }

    private void MakeRecord(LeaseGranted lease)
    {
        _making.Add(lease.Record);
        var record = new NewLayer
        {
            Id = lease.Record,
            Parent = lease.Layer.Value,
            // For a moment a lease has two.
            Names = [$"{NamePrefix}{lease.LeaseId}-{lease.Record.Value[..8]}"],
        };
        client.PutLayerAsync(new PutLayer(record, AcceptExisting: true)).PipeTo(
            Self,
            success: _ => new RecordMade(lease),
            failure: cause => new RecordFailed(lease, StorageError.From(cause)));
    }

    private void DeleteRecord(LayerId record)
    {
        _toDelete.Add(record);
        client.DeleteLayerAsync(record.Value).PipeTo(
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

    private sealed record RecordMade(LeaseGranted Lease) : ILocalMessage;

    private sealed record RecordFailed(LeaseGranted Lease, StorageError Error) : ILocalMessage;

    private sealed record RecordGone(LayerId Record) : ILocalMessage;

    private sealed record RecordStays(LayerId Record, StorageError Error) : ILocalMessage;

    /// <param name="AskedAt">When they were asked for.</param>
    private sealed record LayersListed(IReadOnlyList<LayerRecord> Layers, DateTimeOffset AskedAt) : ILocalMessage;

    private sealed record SweepTick : ILocalMessage
    {
        public static readonly SweepTick Instance = new();
    }
}

/// <summary>Others have changed layers: perhaps a record, or a layer that is leased.</summary>
internal sealed record LayersChanged : ILocalMessage
{
    public static readonly LayersChanged Instance = new();
}

/// <summary>Every lease of that owner ends. Nobody waits for an answer.</summary>
internal sealed record ReleaseOwned(string OwnerName) : ILocalMessage;

/// <summary>A lease for that owner, unless it has one on the layer. Nobody waits for an answer.</summary>
internal sealed record KeepFor(LayerId Layer, TimeSpan TimeToLive, string OwnerName) : ILocalMessage;
