// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What became of a write in a batch.</summary>
/// <param name="Record">The record afterwards, or before when it was deleted; null when the write was
/// refused.</param>
/// <param name="AlreadyPresent">It was there before; nothing was changed.</param>
/// <param name="Error">
/// Why the write was refused. With a record: it was deleted, but something of its data could not be removed.
/// </param>
public sealed record WriteOutcome<TRecord>(TRecord? Record, bool AlreadyPresent, StorageError? Error)
    where TRecord : StoredRecord;

/// <summary>The ways a write can come out.</summary>
public static class WriteOutcome
{
    public static WriteOutcome<TRecord> Done<TRecord>(TRecord record)
        where TRecord : StoredRecord => new(record, false, null);

    public static WriteOutcome<TRecord> Present<TRecord>(TRecord record)
        where TRecord : StoredRecord => new(record, true, null);

    public static WriteOutcome<TRecord> Refused<TRecord>(StorageError error)
        where TRecord : StoredRecord => new(null, false, error);
}
