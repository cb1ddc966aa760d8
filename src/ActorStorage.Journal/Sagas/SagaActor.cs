// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.History;
using ActorStorage.Journal.Leases;
using Akka.Actor;
using Akka.Persistence;

namespace ActorStorage.Journal.Sagas;

/// <summary>
/// Owns the requests of one root that take several commits, and their outcomes. What was intended is stored before the
/// first commit, the outcome before it is told. What stands in the store decides what became of one that was
/// interrupted.
/// </summary>
internal sealed class SagaActor : UntypedPersistentActor, IWithTimers
{
    /*
     *   Recovering --RecoveryCompleted--> those that ran: Looked at --> ended, the image is there; or interrupted
     *   PutImage --Compared with the store--> SagaBegun stored --Worked--> SagaEnded stored --> the answer
     *            --failed--> a lease keeps what was finished; when its time is up --Undone--> SagaUndone stored
     *   PutImage with a known key --> the outcome, or its end is waited for, or it is tried again
     */
    private readonly StorageClient _client;
    private readonly IActorRef _leases;
    private readonly JournalSettings _settings;
    private readonly TimeProvider _time;
    private readonly SagaState _state = new();
    private readonly Dictionary<string, List<Asker>> _askers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _undoing = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    public static Props Props(StorageClient client, IActorRef leases, JournalSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SagaActor(client, leases, settings, time))
            .WithDispatcher(JournalPlugins.ActorDispatcher);

    public SagaActor(StorageClient client, IActorRef leases, JournalSettings settings, TimeProvider time)
    {
        (_client, _leases, _settings, _time) = (client, leases, settings, time);
        JournalPluginId = settings.Plugins.Journal;
        SnapshotPluginId = settings.Plugins.Snapshots;
    }

    public override string PersistenceId => _settings.SagasId;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SagaEvent step: _state.Apply(step); break;
            case SnapshotOffer { Snapshot: SagaSnapshot snapshot }: _state.Restore(snapshot); break;
            case RecoveryCompleted: OnRecovered(); break;
            case UnknownEvent: break;       // a later version's
            default: Unhandled(message); break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case SagaProtocol.PutImage put: OnPutImage(put); break;
            case Compared compared: OnCompared(compared); break;
            case Worked worked: OnWorked(worked); break;
            case Looked looked: OnLooked(looked); break;
            case Finished finished: OnFinished(finished); break;
            case Undone undone: OnUndone(undone); break;
            case SweepTick: OnSweepTick(); break;
            case SaveSnapshotSuccess saved:
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure or DeleteSnapshotsSuccess or DeleteSnapshotsFailure: break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        base.PostStop();
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
        // Nobody works on them any more: what stands in the store says how far they came.
        foreach (var saga in _state.All.Where(saga => saga.IsRunning).ToList())
        {
            var key = saga.Begun.Key;
            ImagePut.IsThereAsync(_client, saga.Begun.Image, saga.Begun.Layers, _stopping.Token).PipeTo(
                Self, success: isThere => new Looked(key, isThere), failure: _ => new Looked(key, IsThere: false));
        }
        Timers.StartPeriodicTimer(nameof(SweepTick), SweepTick.Instance, _settings.LeaseSweepInterval);
    }

    private void OnLooked(Looked looked) => End(looked.Key, looked.IsThere ? null : new StorageError(
        StorageErrorKind.Cancelled, "it was interrupted by the end of the process, or of its journal"));

    private void OnPutImage(SagaProtocol.PutImage put)
    {
        LayerId[] layers = [.. put.Layers.Select(layer => layer.Layer.Id)];
        var saga = _state.Find(put.ClientKey);
        _kept.Remove(put.ClientKey);
        if (saga is not null && !saga.IsSame(put.Image.Id, layers))
        {
            put.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Invalid, $"the key {put.ClientKey} is that of another image")));
        }
        else if (_askers.TryGetValue(put.ClientKey, out var askers))
        {
            askers.Add(put.Asker);
        }
        else if (saga is { Ended: { } ended, CanRetry: false })
        {
            put.Asker.ReplyTo.Tell(Outcome(saga, ended.Error, again: true));
        }
        else
        {
            _askers[put.ClientKey] = [put.Asker];
            ImagePut.PresentAsync(_client, layers, _stopping.Token).PipeTo(
                Self,
                success: present => new Compared(put, [.. layers.Except(present)], null),
                failure: cause => new Compared(put, [], StorageError.From(cause)));
        }
    }

    private void OnCompared(Compared compared)
    {
        var (put, missing, error) = compared;
        if (error is not null)
        {
            Answer(put.ClientKey, new Refused(error));
            return;
        }
        // What an earlier attempt put is still its to undo.
        var earlier = _state.Find(put.ClientKey) is { MustBeUndone: true } saga ? saga.Begun.Missing : [];
        var layers = put.Layers.Select(layer => layer.Layer.Id).ToList();
        var begun = new SagaBegun(
            put.ClientKey, put.Image.Id, layers,
            [.. layers.Where(layer => missing.Contains(layer) || earlier.Contains(layer))], _time.GetUtcNow());
        Store(begun, () => ImagePut.RunAsync(_client, put, _stopping.Token).PipeTo(
            Self,
            success: failure => new Worked(put.ClientKey, failure),
            failure: cause => new Worked(put.ClientKey, StorageError.From(cause))));
    }

    private void OnWorked(Worked worked) => End(worked.Key, worked.Error);

    private void End(string key, StorageError? error) =>
        Store(new SagaEnded(key, error, _time.GetUtcNow()), () =>
        {
            var saga = _state.Find(key)!;
            Answer(key, Outcome(saga, error, again: false));
            if (error is null) _leases.Tell(new ReleaseOwned(OwnerName(key)));
            else Keep(saga);
        });

    /// <summary>The finished ones are a chain from the lowest on: whoever stands on a missing one is not
    /// committed.</summary>
    private void Keep(Saga saga) => ImagePut.PresentAsync(_client, saga.Begun.Layers, _stopping.Token).PipeTo(
        Self,
        success: present => new Finished(saga.Begun.Key, present),
        failure: _ => new Finished(saga.Begun.Key, null));

    private void OnFinished(Finished finished)
    {
        if (finished.Layers is null || _state.Find(finished.Key) is not { MustBeUndone: true } saga) return;
        _kept.Add(finished.Key);
        var remaining = saga.Ended!.At + _settings.SagaLayersKept - _time.GetUtcNow();
        if (finished.Layers is [.., var top] && remaining > TimeSpan.Zero)
            _leases.Tell(new KeepFor(top, remaining, OwnerName(finished.Key)));
    }

    private void OnSweepTick()
    {
        var now = _time.GetUtcNow();
        _state.Forget(endedBefore: now - _settings.KeysKept);
        var running = _state.All.Where(saga => saga.IsRunning || _askers.ContainsKey(saga.Begun.Key))
            .SelectMany(saga => saga.Begun.Layers).ToHashSet();
        foreach (var saga in _state.All.Where(saga => saga.MustBeUndone).ToList())
        {
            if (saga.Ended!.At + _settings.SagaLayersKept > now)
            {
                // A process that ended had perhaps no time to.
                if (!_kept.Contains(saga.Begun.Key)) Keep(saga);
                continue;
            }
            if (running.Overlaps(saga.Begun.Missing)) continue;
            Undo(saga, isLastTime: saga.Ended.At + (2 * _settings.SagaLayersKept) < now);
        }
    }

    private void Undo(Saga saga, bool isLastTime)
    {
        var key = saga.Begun.Key;
        if (!_undoing.Add(key)) return;
        _leases.Tell(new ReleaseOwned(OwnerName(key)));
        ImagePut.UndoAsync(_client, saga.Begun.Missing, _stopping.Token).PipeTo(
            Self,
            success: isDone => new Undone(key, isDone || isLastTime),
            failure: _ => new Undone(key, isLastTime));
    }

    private void OnUndone(Undone undone)
    {
        _undoing.Remove(undone.Key);
        // Somebody may have begun it again meanwhile.
        if (undone.IsDone && _state.Find(undone.Key) is { MustBeUndone: true })
            Store(new SagaUndone(undone.Key, _time.GetUtcNow()), () => { });
    }

    private void Store(SagaEvent step, Action then) => Persist(step, stored =>
    {
        _state.Apply(stored);
        if (LastSequenceNr % _settings.SnapshotEvery == 0) SaveSnapshot(_state.ToSnapshot());
        then();
    });

    private void Answer(string key, IReply reply)
    {
        if (!_askers.Remove(key, out var askers)) return;
        foreach (var asker in askers) asker.ReplyTo.Tell(reply);
    }

    private static IReply Outcome(Saga saga, StorageError? error, bool again) =>
        error is null ? new SagaProtocol.PutImageOk(saga.Begun.Image, again) : new Refused(error);

    private static string OwnerName(string key) => $"put-image {key}";

    private static void Fail(Exception cause) =>
        Context.Parent.Tell(new JournalFailed(cause.GetBaseException().Message));

    private sealed record Compared(SagaProtocol.PutImage Put, IReadOnlyList<LayerId> Missing, StorageError? Error)
        : ILocalMessage;

    private sealed record Worked(string Key, StorageError? Error) : ILocalMessage;

    private sealed record Looked(string Key, bool IsThere) : ILocalMessage;

    /// <param name="Layers">Null when they could not be listed.</param>
    private sealed record Finished(string Key, IReadOnlyList<LayerId>? Layers) : ILocalMessage;

    private sealed record Undone(string Key, bool IsDone) : ILocalMessage;

    private sealed record SweepTick : ILocalMessage
    {
        public static readonly SweepTick Instance = new();
    }
}
