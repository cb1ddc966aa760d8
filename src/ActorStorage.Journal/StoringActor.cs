// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Journal.Events;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorStorage.Journal;

/// <summary>
/// What those have in common whose state is in the journal. A decision changes the state at once, so that the next one
/// is made on top of it; it is stored in one transaction with all the others that queued up meanwhile; and what follows
/// from it, an answer above all, waits until it is stored. When the database does not do what it is told the actor
/// ends, and what was decided and not stored with it; its parent starts it again, from what is stored.
/// </summary>
/// <typeparam name="TEvent">What the state is made of.</typeparam>
internal abstract class StoringActor<TEvent> : UntypedPersistentActor, IWithTimers
    where TEvent : IJournaled
{
    /*
     *   Recovering --RecoveryCompleted--> OnRecovered
     *   a request --Store: the state changes--> decided --StoreTick, behind all that was in the mailbox-->
     *       one batch --all stored--> what follows from each, in the order in which it was decided
     *   The database fails --> JournalFailed to the parent, stop
     */
    private readonly JournalSettings _settings;
    private readonly List<Action> _following = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private List<TEvent> _decided = [];
    private bool _isStoreDue;
    private long _lastSnapshot;

    protected StoringActor(string persistenceId, JournalSettings settings)
    {
        (PersistenceId, _settings) = (persistenceId, settings);
        JournalPluginId = settings.Plugins.Journal;
        SnapshotPluginId = settings.Plugins.Snapshots;
    }

    public sealed override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public sealed override Recovery Recovery =>
        _settings.ReadsSnapshots ? Recovery.Default : new Recovery(SnapshotSelectionCriteria.None);

    protected JournalSettings Settings => _settings;

    /// <summary>Changes the state, the same way when it is decided and when it is read again.</summary>
    protected abstract void Apply(TEvent step);

    /// <summary>The state as a value.</summary>
    protected abstract object ToSnapshot();

    protected abstract void Restore(object snapshot);

    /// <summary>By what queries on the database find the event. Frozen, as they stand in it.</summary>
    protected abstract ImmutableHashSet<string> TagsOf(TEvent step);

    /// <summary>All that was stored has been read.</summary>
    protected abstract void OnRecovered();

    protected abstract void OnRequest(object message);

    /// <param name="then">Runs when it is stored.</param>
    protected void Store(TEvent step, Action then)
    {
        Apply(step);
        _decided.Add(step);
        AfterStored(then);
        if (_isStoreDue) return;
        _isStoreDue = true;
        Self.Tell(StoreTick.Instance);
    }

    /// <summary>Runs when all that was decided until now is stored; at once when it is.</summary>
    protected void AfterStored(Action then)
    {
        if (_decided.Count == 0) then();
        else _following.Add(then);
    }

    protected sealed override void OnRecover(object message)
    {
        switch (message)
        {
            case TEvent step: Apply(step); break;
            case SnapshotOffer offer: OnSnapshotOffer(offer); break;
            case RecoveryCompleted: OnRecovered(); break;
            case UnknownEvent: break;       // a later version's; what it means is not known here
            default: Unhandled(message); break;
        }
    }

    protected sealed override void OnCommand(object message)
    {
        switch (message)
        {
            case StoreTick: OnStoreTick(); break;
            case SaveSnapshotSuccess saved: OnSnapshotSaved(saved); break;
            case SaveSnapshotFailure failed: OnSnapshotNotSaved(failed); break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure: break;   // one too many does no harm
            default: OnRequest(message); break;
        }
    }

    protected sealed override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

    protected sealed override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // What was rejected is not stored, and what was decided behind it builds on it.
        Fail(cause);
        Context.Stop(Self);
    }

    protected sealed override void OnRecoveryFailure(Exception reason, object? message = null) => Fail(reason);

    private void OnSnapshotOffer(SnapshotOffer offer)
    {
        Restore(offer.Snapshot);
        _lastSnapshot = offer.Metadata.SequenceNr;
    }

    /// <summary>Until the batch is stored no message comes here, so nothing is decided on top of it.</summary>
    private void OnStoreTick()
    {
        _isStoreDue = false;
        var batch = _decided;
        var left = batch.Count;
        PersistAll(batch.Select(step => new Tagged(step, TagsOf(step))), _ =>
        {
            if (--left == 0) OnStored();
        });
    }

    private void OnStored()
    {
        _decided = [];
        Context.Parent.Tell(BatchStored.Instance);
        Action[] following = [.. _following];
        _following.Clear();
        if (LastSequenceNr - _lastSnapshot >= _settings.SnapshotEvery)
        {
            _lastSnapshot = LastSequenceNr;
            SaveSnapshot(ToSnapshot());
        }
        foreach (var then in following) then();
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved) =>
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));

    private void OnSnapshotNotSaved(SaveSnapshotFailure failed) =>
        _log.Warning(failed.Cause, "No snapshot of {Id} at {Offset}: a start takes longer",
            PersistenceId, failed.Metadata.SequenceNr);

    private static void Fail(Exception cause) =>
        Context.Parent.Tell(new JournalFailed(cause.GetBaseException().Message));

    private sealed record StoreTick : ILocalMessage
    {
        public static readonly StoreTick Instance = new();
    }
}

/// <summary>From a child to its parent: the database is well.</summary>
internal sealed record BatchStored : ILocalMessage
{
    public static readonly BatchStored Instance = new();
}

/// <summary>From a child to its parent: why it ends.</summary>
internal sealed record JournalFailed(string Reason) : ILocalMessage;
