// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What one write comes to, before anything of it is true.</summary>
/// <param name="Index">With the write and all earlier ones of the batch in it.</param>
/// <param name="Effect">Null for a write that changes the index only.</param>
internal readonly record struct DecidedWrite<TRecord, TIndex>(
    TIndex Index, WriteOutcome<TRecord> Outcome, RecordEffect? Effect = null)
    where TRecord : StoredRecord;

/// <summary>
/// A batch of writes in one hold of a store's lock and with one index write. Each is decided on what the earlier ones
/// make of the index; one that is refused leaves the others alone. The order of effects, and what a crash after each
/// leaves:
/// <list type="number">
/// <item>all that can be prepared where nobody sees it, and the new index under a temporary name, synced;</item>
/// <item>the token: everybody reloads and finds the old index;</item>
/// <item>the renames of what the effects prepared: files that no index names;</item>
/// <item>the rename of the index: all of it is true;</item>
/// <item>what was deleted is removed: files that no index names.</item>
/// </list>
/// </summary>
internal sealed class RecordBatch<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root)
    where TRecord : StoredRecord
    where TIndex : RecordIndex<TRecord, TIndex>
{
    private readonly List<(int Write, RecordEffect Effect)> _effects = [];

    /// <summary>What became true besides the index.</summary>
    public IEnumerable<RecordEffect> Effects => _effects.Select(each => each.Effect);

    /// <summary>Under the store's lock, held exclusively, with a current index.</summary>
    /// <param name="decide">Throws a <see cref="StorageException"/> to refuse the write.</param>
    /// <returns>One outcome for each write, in their order.</returns>
    public WriteOutcome<TRecord>[] Run<TWrite>(
        FileLock storeLock, IReadOnlyList<TWrite> writes, Func<TIndex, TWrite, DecidedWrite<TRecord, TIndex>> decide)
    {
        var outcomes = new WriteOutcome<TRecord>[writes.Count];
        var before = root.Index;
        var index = before;
        PreparedIndex? prepared = null;
        try
        {
            for (var i = 0; i < writes.Count; i++)
                (index, outcomes[i]) = Decide(index, i, () => decide(index, writes[i]));
            prepared = root.Prepare(index);
            Publish(storeLock, index, prepared);
        }
        catch (StorageException cause)
        {
            TakeBack(outcomes, before, prepared, cause.Error);
        }
        finally
        {
            prepared?.Dispose();
        }
        Complete(outcomes);
        return outcomes;
    }

    /// <summary>
    /// Like <see cref="Run"/>, for stores whose deletions remove files: what follows a deletion goes into a batch of
    /// its own, so that its files are not taken for those that the deletion removes.
    /// </summary>
    public static IReadOnlyList<WriteOutcome<TRecord>> RunApart<TWrite>(
        RecordRoot<TRecord, TIndex> root, FileLock storeLock, IReadOnlyList<TWrite> writes,
        Func<TWrite, bool> isDeletion, Func<TIndex, TWrite, DecidedWrite<TRecord, TIndex>> decide)
    {
        var outcomes = new List<WriteOutcome<TRecord>>(writes.Count);
        try
        {
            while (outcomes.Count < writes.Count)
            {
                // A batch that failed has left the index in doubt.
                if (!root.IsLoaded) root.Refresh(storeLock, LockMode.Exclusive);
                var rest = writes.Skip(outcomes.Count);
                var others = rest.TakeWhile(write => !isDeletion(write)).Count();
                var deletions = rest.Skip(others).TakeWhile(isDeletion).Count();
                var batch = new RecordBatch<TRecord, TIndex>(root);
                outcomes.AddRange(batch.Run(storeLock, [.. rest.Take(others + deletions)], decide));
            }
        }
        catch (StorageException cause)
        {
            // Those before are answered already, and what they did stands.
            var refused = WriteOutcome.Refused<TRecord>(cause.Error);
            outcomes.AddRange(Enumerable.Repeat(refused, writes.Count - outcomes.Count));
        }
        return outcomes;
    }

    /// <summary>Whoever was told yes in thought is told no in fact. Nothing became true, or no more than what stands in
    /// the documents that were renamed before one could not be: what these name must stay where it is.</summary>
    private void TakeBack(
        WriteOutcome<TRecord>[] outcomes, TIndex before, PreparedIndex? prepared, StorageError cause)
    {
        var stands = outcomes.Select(outcome => IsPublished(outcome, prepared)).ToArray();
        foreach (var (_, effect) in _effects.Where(each => !stands[each.Write]).Reverse()) Undo(effect);
        _effects.RemoveAll(each => !stands[each.Write]);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!stands[i] && !StandsAnyway(outcomes[i], before)) outcomes[i] = WriteOutcome.Refused<TRecord>(cause);
        }
    }

    private static bool IsPublished(WriteOutcome<TRecord>? outcome, PreparedIndex? prepared) =>
        outcome?.Record is { } record && prepared is not null && prepared.IsPublished(record.Document);

    /// <summary>Refused for its own reasons, or found in the store as it was before the batch.</summary>
    private static bool StandsAnyway(WriteOutcome<TRecord>? outcome, TIndex before) => outcome switch
    {
        { Error: not null } => true,
        { AlreadyPresent: true, Record: { } there } => before.FindById(there.Key) is not null,
        _ => false,
    };

    private static void Undo(RecordEffect effect)
    {
        try
        {
            effect.Undo();
        }
        catch (StorageException)
        {
            // What stays is a directory that no index names, with a layer's mark: the next start removes it, or a
            // collector does. The others are taken back all the same, and each asker is told the first cause.
        }
    }

    private (TIndex Index, WriteOutcome<TRecord> Outcome) Decide(
        TIndex index, int write, Func<DecidedWrite<TRecord, TIndex>> decide)
    {
        try
        {
            var decided = decide();
            if (decided.Effect is { } effect)
            {
                Prepare(effect);
                _effects.Add((write, effect));
            }
            return (decided.Index, decided.Outcome);
        }
        catch (StorageException cause)
        {
            return (index, WriteOutcome.Refused<TRecord>(cause.Error));
        }
    }

    private static void Prepare(RecordEffect effect)
    {
        try
        {
            effect.Prepare();
        }
        catch
        {
            Undo(effect);
            throw;
        }
    }

    private void Publish(FileLock storeLock, TIndex index, PreparedIndex prepared)
    {
        if (prepared.IsEmpty && _effects.Count == 0) return;
        root.Publish(storeLock, index, prepared, between: () =>
        {
            // What cannot be taken back last.
            foreach (var effect in Effects.OrderBy(effect => effect.IsFinal)) effect.Apply();
        });
    }

    private void Complete(WriteOutcome<TRecord>[] outcomes)
    {
        foreach (var (write, effect) in _effects)
        {
            try
            {
                effect.Complete();
            }
            catch (StorageException cause)
            {
                outcomes[write] = outcomes[write] with { Error = cause.Error };
            }
        }
    }
}
