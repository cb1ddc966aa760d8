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
/// A batch of writes with one index write, published in one hold of a store's lock. Each is decided on what the
/// earlier ones make of the index; one that is refused leaves the others alone. The order of effects, and what a crash
/// after each leaves:
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
    private WriteOutcome<TRecord>[] _outcomes = [];
    private TIndex? _before;
    private TIndex? _index;
    private PreparedIndex? _prepared;
    private bool _isApplying;

    /// <summary>What became true besides the index.</summary>
    public IEnumerable<RecordEffect> Effects => _effects.Select(each => each.Effect);

    /// <summary>Both parts, under the store's lock, held exclusively, with a current index.</summary>
    /// <inheritdoc cref="Prepare"/>
    /// <inheritdoc cref="Publish"/>
    public WriteOutcome<TRecord>[] Run<TWrite>(
        FileLock storeLock, IReadOnlyList<TWrite> writes, Func<TIndex, TWrite, DecidedWrite<TRecord, TIndex>> decide)
    {
        Prepare(writes, decide);
        return Publish(storeLock);
    }

    /// <summary>The first part: what nobody sees. It holds as long as the index is the one it was decided on.</summary>
    /// <param name="decide">Throws a <see cref="StorageException"/> to refuse the write.</param>
    /// <returns>Null, or why nothing could be prepared; every write is refused then.</returns>
    public StorageError? Prepare<TWrite>(
        IReadOnlyList<TWrite> writes, Func<TIndex, TWrite, DecidedWrite<TRecord, TIndex>> decide)
    {
        _outcomes = new WriteOutcome<TRecord>[writes.Count];
        _before = _index = root.Index;
        try
        {
            for (var i = 0; i < writes.Count; i++)
                (_index, _outcomes[i]) = Decide(_index, i, () => decide(_index, writes[i]));
            _prepared = root.Prepare(_index);
            return null;
        }
        catch (StorageException cause)
        {
            TakeBack(cause.Error);
            return cause.Error;
        }
    }

    /// <summary>The rest, under the store's lock, held exclusively, while the index is that of before.</summary>
    /// <returns>One outcome for each write, in their order.</returns>
    public WriteOutcome<TRecord>[] Publish(FileLock storeLock)
    {
        if (_prepared is null) return _outcomes;
        if (!ReferenceEquals(root.Index, _before))
            throw new InvalidOperationException("the index is not the one that the batch was prepared on");
        try
        {
            if (!_prepared.IsEmpty || _effects.Count > 0) root.Publish(storeLock, _index!, _prepared, Apply);
        }
        catch (StorageException cause)
        {
            TakeBack(cause.Error);
        }
        finally
        {
            Drop();
        }
        Complete();
        return _outcomes;
    }

    /// <summary>Takes back what was prepared and will not be published.</summary>
    public void TakeBack(StorageError cause)
    {
        TakeBackUnpublished(cause);
        Drop();
    }

    /// <summary>
    /// Like <see cref="Run"/>, for stores whose deletions remove files: what follows a deletion goes into a batch of
    /// its own, so that its files are not taken for those that the deletion removes. When a rename of data fails, each
    /// write of its batch is tried alone: only its own is refused, and items that had been replaced already get the
    /// records that they were replaced for.
    /// </summary>
    public static IReadOnlyList<WriteOutcome<TRecord>> RunApart<TWrite>(
        RecordRoot<TRecord, TIndex> root, FileLock storeLock, IReadOnlyList<TWrite> writes,
        Func<TWrite, bool> isDeletion, Func<TIndex, TWrite, DecidedWrite<TRecord, TIndex>> decide)
    {
        var outcomes = new List<WriteOutcome<TRecord>>(writes.Count);
        var alone = 0;
        try
        {
            while (outcomes.Count < writes.Count)
            {
                // A batch that failed has left the index in doubt.
                if (!root.IsLoaded) root.Refresh(storeLock, LockMode.Exclusive);
                var rest = writes.Skip(outcomes.Count);
                var others = rest.TakeWhile(write => !isDeletion(write)).Count();
                var deletions = rest.Skip(others).TakeWhile(isDeletion).Count();
                var count = alone > 0 ? 1 : others + deletions;
                var batch = new RecordBatch<TRecord, TIndex>(root);
                var ended = batch.Run(storeLock, [.. rest.Take(count)], decide);
                if (batch._isApplying && count > 1)
                {
                    alone = count;
                    continue;
                }
                outcomes.AddRange(ended);
                alone = Math.Max(0, alone - count);
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
    private void TakeBackUnpublished(StorageError cause)
    {
        var stands = _outcomes.Select(IsPublished).ToArray();
        foreach (var (_, effect) in _effects.Where(each => !stands[each.Write]).Reverse()) Undo(effect);
        _effects.RemoveAll(each => !stands[each.Write]);
        for (var i = 0; i < _outcomes.Length; i++)
        {
            if (!stands[i] && !StandsAnyway(_outcomes[i])) _outcomes[i] = WriteOutcome.Refused<TRecord>(cause);
        }
    }

    private void Drop()
    {
        _prepared?.Dispose();
        _prepared = null;
    }

    private bool IsPublished(WriteOutcome<TRecord>? outcome) =>
        outcome?.Record is { } record && _prepared is not null && _prepared.IsPublished(record.Document);

    /// <summary>Refused for its own reasons, or found in the store as it was before the batch.</summary>
    private bool StandsAnyway(WriteOutcome<TRecord>? outcome) => outcome switch
    {
        { Error: not null } => true,
        { AlreadyPresent: true, Record: { } there } => _before!.FindById(there.Key) is not null,
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

    private void Apply()
    {
        _isApplying = true;
        // What cannot be taken back last.
        foreach (var effect in Effects.OrderBy(effect => effect.IsFinal)) effect.Apply();
        _isApplying = false;
    }

    private void Complete()
    {
        foreach (var (write, effect) in _effects)
        {
            try
            {
                effect.Complete();
            }
            catch (StorageException cause)
            {
                _outcomes[write] = _outcomes[write] with { Error = cause.Error };
            }
        }
    }
}
