// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.History;

/// <summary>Owns the history of one root: makes steps of pictures and stores them.</summary>
internal sealed class HistoryActor(JournalSettings settings) : StoringActor<HistoryEvent>(settings.HistoryId, settings)
{
    /*
     *   Recovering --RecoveryCompleted--> HistoryReady to the parent
     *   --Record--> the steps are stored --> Recorded to the parent
     */
    private readonly HistoryState _state = new();

    public static Props Props(JournalSettings settings) =>
        Akka.Actor.Props.Create(() => new HistoryActor(settings)).WithDispatcher(JournalPlugins.ActorDispatcher);

    protected override void Apply(HistoryEvent step) => _state.Apply(step);

    protected override object ToSnapshot() => _state.ToSnapshot();

    protected override void Restore(object snapshot) => _state.Restore((HistorySnapshot)snapshot);

    protected override ImmutableHashSet<string> TagsOf(HistoryEvent step) => Tags.Of((StoreChanged)step);

    protected override void OnRecovered() => Context.Parent.Tell(new HistoryReady(LastSequenceNr));

    protected override void OnRequest(object message)
    {
        switch (message)
        {
            case Record record: OnRecord(record); break;
            default: Unhandled(message); break;
        }
    }

    private void OnRecord(Record record)
    {
        var steps = new List<HistoryEvent>();
        foreach (var step in record.Pictures.SelectMany(_state.StepsTo))
        {
            steps.Add(step);
            Store(step, () => { });
        }
        AfterStored(() => Context.Parent.Tell(new Recorded(LastSequenceNr - steps.Count + 1, steps)));
    }
}

/// <summary>Stores what these pictures add to the history. One at a time: the next when this one is
/// <see cref="Recorded"/>.</summary>
internal sealed record Record(IReadOnlyList<StorePicture> Pictures) : ILocalMessage;

/// <param name="First">The offset of the first step.</param>
internal sealed record Recorded(long First, IReadOnlyList<HistoryEvent> Steps) : ILocalMessage;

/// <param name="Last">The offset of the last step; 0 when there is none.</param>
internal sealed record HistoryReady(long Last) : ILocalMessage;
