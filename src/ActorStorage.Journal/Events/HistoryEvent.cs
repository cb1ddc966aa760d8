// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>One step in the history of a root.</summary>
public abstract record HistoryEvent : IJournaled;

/// <summary>What one hold of a store's lock changed, or what was found to have been changed by others.</summary>
/// <param name="At">When it was seen.</param>
/// <param name="Gap">Not <see cref="HistoryGap.None"/> when there was more between the last step of this store and this
/// one than this one says.</param>
/// <param name="Writer">What the last writer left in the lock file; null when that says nothing.</param>
public sealed record StoreChanged(
    StoreKind Store, PictureOrigin Origin, DateTimeOffset At, HistoryGap Gap, StoreWriter? Writer,
    IReadOnlyList<RecordChange> Changes) : HistoryEvent;

/// <summary>Written by a later version, which this one cannot read.</summary>
public sealed record UnknownEvent(string Manifest, ReadOnlyMemory<byte> Bytes) : HistoryEvent;

/// <summary>What became of one record, compared with the step before.</summary>
/// <param name="Fingerprint">Of the record's bytes; 0 when it is gone.</param>
/// <param name="Names">What it is called afterwards.</param>
public sealed record RecordChange(ChangeKind Kind, string Id, ulong Fingerprint, IReadOnlyList<string> Names);

public enum ChangeKind
{
    Created = 1,
    Changed = 2,
    Deleted = 3,
}

/// <param name="ProcessId">In the writer's own process namespace.</param>
public sealed record StoreWriter(DateTimeOffset At, int ProcessId);

/// <summary>Why a step does not tell all that happened before it.</summary>
public enum HistoryGap
{
    None = 0,

    /// <summary>The token changed more than once between two looks, or the history was so slow that several steps were
    /// put together: what came and went between them is not known.</summary>
    SeveralWrites = 1,

    /// <summary>Others changed several records between two looks: in which order is not known.</summary>
    OrderUnknown = 2,

    /// <summary>Others wrote, and all is as it was: what they did they undid.</summary>
    NothingLeft = 3,

    /// <summary>Nobody looked for a while: the engine was not running, or had no journal.</summary>
    NotWatched = 4,

    /// <summary>A write of this engine failed half-way, or it repaired what it loaded: some of it is its own.</summary>
    InDoubt = 5,
}
