// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.Leases;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Sagas;

/// <summary>
/// Owns the requests of one root that take several commits, and their outcomes. What was intended is stored before the
/// first commit, the outcome before it is told. What stands in the store decides what became of one that was
/// interrupted.
/// </summary>
internal sealed class SagaActor(
    StorageClient client, JournalLink link, IActorRef leases, JournalSettings settings, TimeProvider time)
    : StoringActor<SagaEvent>(settings.SagasId, settings)
{
    /*
     *   Recovering --RecoveryCompleted--> those that ran: Looked at --> ended, the image is there; or interrupted
     *   PutImage --Compared with the store--> SagaBegun stored --Worked--> SagaEnded stored --> the answer
     *            --failed--> leases keep what was finished; when its time is up --Undone--> SagaUndone stored
     *   PutImage with a known key --> the outcome, or its end is waited for, or it is tried again
     */
    private readonly SagaState _state = new();
    private readonly Dictionary<string, List<Asker>> _askers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _undoing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _undoneSince = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    public static Props Props(
        StorageClient client, JournalLink link, IActorRef leases, JournalSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SagaActor(client, link, leases, settings, time))
            .WithDispatcher(JournalPlugins.ActorDispatcher);

    protected override void Apply(SagaEvent step) => _state.Apply(step);

    protected override object ToSnapshot() => _state.ToSnapshot();

    protected override void Restore(object snapshot) => _state.Restore((SagaSnapshot)snapshot);

    protected override ImmutableHashSet<string> TagsOf(SagaEvent step) => Tags.Saga;

    protected override void OnRequest(object message)
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
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        base.PostStop();
    }

    protected override void OnRecovered()
    {
        // Nobody works on them any more: what stands in the store says how far they came.
        foreach (var saga in _state.All.Where(saga => saga.IsRunning).ToList())
        {
            var key = saga.Begun.Key;
            ImagePut.IsThereAsync(client, saga.Begun.Image, saga.Begun.Layers, _stopping.Token).PipeTo(
                Self, success: isThere => new Looked(key, isThere), failure: _ => new Looked(key, IsThere: false));
        }
        Timers.StartPeriodicTimer(nameof(SweepTick), SweepTick.Instance, Settings.LeaseSweepInterval);
    }

    private void OnLooked(Looked looked) => End(looked.Key, looked.IsThere ? null : new StorageError(
        StorageErrorKind.Cancelled, "it was interrupted by the end of the process, or of its journal"));

    private void OnPutImage(SagaProtocol.PutImage put)
    {
        LayerId[] layers = [.. put.Layers.Select(layer => layer.Layer.Id)];
        var saga = _state.Find(put.ClientKey);
        _kept.Remove(put.ClientKey);
        _undoneSince.Remove(put.ClientKey);
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
            ImagePut.PresentAsync(client, layers, _stopping.Token).PipeTo(
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
            [.. layers.Where(layer => missing.Contains(layer) || earlier.Contains(layer))], time.GetUtcNow());
        Store(begun, () => ImagePut.RunAsync(client.As(OwnerName(put.ClientKey)), put, _stopping.Token).PipeTo(
            Self,
            success: failure => new Worked(put.ClientKey, failure),
            failure: cause => new Worked(put.ClientKey, StorageError.From(cause))));
    }

    private void OnWorked(Worked worked) => End(worked.Key, worked.Error);

    private void End(string key, StorageError? error)
    {
        var ended = new SagaEnded(key, error, time.GetUtcNow());
        Store(ended, () =>
        {
            var saga = _state.Find(key)!;
            Answer(key, Outcome(saga, error, again: false));
            if (error is null) leases.Tell(new ReleaseOwned(OwnerName(key)));
            else Keep(saga);
        });
    }

    private void Keep(Saga saga) => ImagePut.TopsAsync(client, saga.Begun.Layers, _stopping.Token).PipeTo(
        Self,
        success: tops => new Finished(saga.Begun.Key, tops),
        failure: _ => new Finished(saga.Begun.Key, null));

    private void OnFinished(Finished finished)
    {
        if (finished.Tops is null || _state.Find(finished.Key) is not { MustBeUndone: true } saga) return;
        _kept.Add(finished.Key);
        var remaining = saga.Ended!.At + Settings.SagaLayersKept - time.GetUtcNow();
        if (remaining <= TimeSpan.Zero) return;
        foreach (var top in finished.Tops) leases.Tell(new KeepFor(top, remaining, OwnerName(finished.Key)));
    }

    private void OnSweepTick()
    {
        var now = time.GetUtcNow();
        _state.Forget(endedBefore: now - Settings.KeysKept);
        foreach (var saga in _state.All.Where(saga => saga.MustBeUndone).ToList())
        {
            // A process that ended had perhaps no time to.
            if (IsKept(saga, now) && !_kept.Contains(saga.Begun.Key)) Keep(saga);
            else if (!IsKept(saga, now) && !IsNeeded(saga, now)) Undo(saga, now);
        }
    }

    private bool IsKept(Saga saga, DateTimeOffset now) =>
        saga.MustBeUndone && saga.Ended!.At + Settings.SagaLayersKept > now;

    /// <summary>Whether another request, which runs or whose layers are still kept, has one of its layers. Then both
    /// are undone when the other's time is up too: whoever came first is the only one who knows that they were
    /// missing.</summary>
    private bool IsNeeded(Saga saga, DateTimeOffset now) => _state.All.Any(other =>
        (other.IsRunning || _askers.ContainsKey(other.Begun.Key) || IsKept(other, now))
        && other.Begun.Layers.Intersect(saga.Begun.Missing).Any());

    private void Undo(Saga saga, DateTimeOffset now)
    {
        var key = saga.Begun.Key;
        if (!_undoing.Add(key)) return;
        // What somebody stands on who does not go is left to him in the end.
        _undoneSince.TryAdd(key, now);
        var isLastTime = _undoneSince[key] + Settings.SagaLayersKept < now;
        leases.Tell(new ReleaseOwned(OwnerName(key)));
        LayerId[] unused = [.. saga.Begun.Missing.Where(layer => !IsUsedSince(layer))];
        ImagePut.UndoAsync(client, unused, _stopping.Token).PipeTo(
            Self,
            success: isDone => new Undone(key, isDone || isLastTime),
            failure: _ => new Undone(key, isLastTime));
    }

    /// <summary>Whether somebody has asked for it after the requests that failed: then it is on its way into an image
    /// of somebody else.</summary>
    private bool IsUsedSince(LayerId layer) => link.Uses.LastUsed(layer) > _state.All
        .Where(saga => saga.Begun.Layers.Contains(layer)).Max(saga => saga.Ended?.At);

    private void OnUndone(Undone undone)
    {
        _undoing.Remove(undone.Key);
        if (undone.IsDone) _undoneSince.Remove(undone.Key);
        // Somebody may have begun it again meanwhile.
        if (undone.IsDone && _state.Find(undone.Key) is { MustBeUndone: true })
            Store(new SagaUndone(undone.Key, time.GetUtcNow()), () => { });
    }

    private void Answer(string key, IReply reply)
    {
        if (!_askers.Remove(key, out var askers)) return;
        foreach (var asker in askers) asker.ReplyTo.Tell(reply);
    }

    private static IReply Outcome(Saga saga, StorageError? error, bool again) =>
        error is null ? new SagaProtocol.PutImageOk(saga.Begun.Image, again) : new Refused(error);

    private static string OwnerName(string key) => $"put-image {key}";

    private sealed record Compared(SagaProtocol.PutImage Put, IReadOnlyList<LayerId> Missing, StorageError? Error)
        : ILocalMessage;

    private sealed record Worked(string Key, StorageError? Error) : ILocalMessage;

    private sealed record Looked(string Key, bool IsThere) : ILocalMessage;

    /// <param name="Tops">Null when they could not be listed.</param>
    private sealed record Finished(string Key, IReadOnlyList<LayerId>? Tops) : ILocalMessage;

    private sealed record Undone(string Key, bool IsDone) : ILocalMessage;

    private sealed record SweepTick : ILocalMessage
    {
        public static readonly SweepTick Instance = new();
    }
}
