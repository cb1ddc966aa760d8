// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorStorage.Journal.History;

/// <summary>
/// Owns the history of one root: makes steps of pictures and stores them, one transaction for all that came together.
/// It ends when the database does not do what it is told; its parent starts it again, from what is stored.
/// </summary>
internal sealed class HistoryActor : UntypedPersistentActor
{
    /*
     *   Recovering --RecoveryCompleted--> HistoryReady to the parent
     *   --Record--> one batch --all stored--> Recorded to the parent
     *   The database fails --> JournalFailed to the parent, stop
     */
    private readonly HistoryState _state = new();
    private readonly JournalSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _lastSnapshot;

    public static Props Props(JournalSettings settings) =>
        Akka.Actor.Props.Create(() => new HistoryActor(settings)).WithDispatcher(JournalPlugins.ActorDispatcher);

    public HistoryActor(JournalSettings settings)
    {
        _settings = settings;
        JournalPluginId = settings.Plugins.Journal;
        SnapshotPluginId = settings.Plugins.Snapshots;
    }

    public override string PersistenceId => _settings.HistoryId;

    public override Recovery Recovery =>
        _settings.ReadsSnapshots ? Recovery.Default : new Recovery(SnapshotSelectionCriteria.None);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case HistoryEvent step: _state.Apply(step); break;
            case SnapshotOffer { Snapshot: HistorySnapshot snapshot } offer: OnSnapshotOffer(offer, snapshot); break;
            case RecoveryCompleted: Context.Parent.Tell(new HistoryReady(LastSequenceNr)); break;
            default: Unhandled(message); break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Record record: OnRecord(record); break;
            case SaveSnapshotSuccess saved: OnSnapshotSaved(saved); break;
            case SaveSnapshotFailure failed: OnSnapshotNotSaved(failed); break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure: break;   // one too many does no harm
            default: Unhandled(message); break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // What was rejected is not stored, and the steps behind it would build on it.
        Fail(cause);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Fail(reason);

    private void OnSnapshotOffer(SnapshotOffer offer, HistorySnapshot snapshot)
    {
        _state.Restore(snapshot);
        _lastSnapshot = offer.Metadata.SequenceNr;
    }

    private void OnRecord(Record record)
    {
        StoreChanged[] steps = [.. record.Pictures.SelectMany(_state.StepsTo)];
        if (steps.Length == 0)
        {
            Context.Parent.Tell(new Recorded(LastSequenceNr + 1, []));
            return;
        }
        var stored = new List<StoreChanged>(steps.Length);
        PersistAll(steps.Select(Tags.Of), tagged => OnStored((StoreChanged)((Tagged)tagged).Payload, stored, steps));
    }

    private void OnStored(StoreChanged step, List<StoreChanged> stored, StoreChanged[] steps)
    {
        _state.Apply(step);
        stored.Add(step);
        if (stored.Count < steps.Length) return;
        Context.Parent.Tell(new Recorded(LastSequenceNr - stored.Count + 1, stored));
        if (LastSequenceNr - _lastSnapshot < _settings.SnapshotEvery) return;
        _lastSnapshot = LastSequenceNr;
        SaveSnapshot(_state.ToSnapshot());
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved) =>
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));

    private void OnSnapshotNotSaved(SaveSnapshotFailure failed) =>
        _log.Warning(failed.Cause, "No snapshot of the history at {Offset}: a start takes longer",
            failed.Metadata.SequenceNr);

    private static void Fail(Exception cause) =>
        Context.Parent.Tell(new JournalFailed(cause.GetBaseException().Message));
}

/// <summary>Stores what these pictures add to the history. One at a time: the next when this one is
/// <see cref="Recorded"/>.</summary>
internal sealed record Record(IReadOnlyList<StorePicture> Pictures) : ILocalMessage;

/// <param name="First">The offset of the first step.</param>
internal sealed record Recorded(long First, IReadOnlyList<HistoryEvent> Steps) : ILocalMessage;

/// <param name="Last">The offset of the last step; 0 when there is none.</param>
internal sealed record HistoryReady(long Last) : ILocalMessage;

/// <summary>From a child to its parent: why it ends.</summary>
internal sealed record JournalFailed(string Reason) : ILocalMessage;
