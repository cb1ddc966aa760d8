// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What a batch of writes came to.</summary>
/// <param name="Outcomes">One for each write, in their order.</param>
/// <param name="Committed">Layers that became visible.</param>
/// <param name="Trash">What is to be removed once the lock is gone.</param>
public sealed record LayerCommitResult(
    IReadOnlyList<WriteOutcome<LayerRecord>> Outcomes, IReadOnlyList<LayerId> Committed, IReadOnlyList<Trash> Trash);

/// <summary>
/// A batch of writes in one hold of layers.lock: a <see cref="RecordBatch{TRecord, TIndex}"/>. What is prepared for a
/// staged layer are lower files and the permissions of its root; its renames are tree before tar-split. A crash before
/// the rename of the index leaves a directory that no index names, marked as collectable.
/// </summary>
public sealed class LayerCommit
{
    private readonly LayerRoot _root;
    private readonly RecordBatch<LayerRecord, LayerIndex> _batch;

    private LayerCommit(LayerRoot root)
    {
        _root = root;
        _batch = new RecordBatch<LayerRecord, LayerIndex>(root);
    }

    /// <summary>Under layers.lock, held exclusively, with a current index. Extracts and flushes nothing.</summary>
    public static LayerCommitResult Run(LayerRoot root, FileLock layersLock, IReadOnlyList<LayerWrite> writes)
    {
        var commit = new LayerCommit(root);
        commit.Prepare(writes);
        return commit.Publish(layersLock);
    }

    /// <summary>
    /// Prepares the batch while layers.lock is free, with an index that was current a moment ago: staged trees are put
    /// on their parents, and the new index is written and synced.
    /// </summary>
    /// <exception cref="StorageException">The index cannot be written; nothing has changed then.</exception>
    public static LayerCommit PrepareAhead(LayerRoot root, IReadOnlyList<LayerWrite> writes)
    {
        var commit = new LayerCommit(root);
        return commit.Prepare(writes) is { } failure ? throw new StorageException(failure) : commit;
    }

    /// <summary>
    /// Whether a write can be prepared without the lock: whatever it puts on disk before lies where nobody collects it.
    /// </summary>
    public static bool CanPrepareAhead(LayerWrite write) => write is not LayerWrite.SetBigData;

    /// <summary>The token and the renames, under the lock, held exclusively, when nobody has written since the batch
    /// was prepared.</summary>
    public LayerCommitResult Publish(FileLock layersLock)
    {
        var outcomes = _batch.Publish(layersLock);
        return new LayerCommitResult(
            outcomes,
            [.. _batch.Effects.OfType<CommitEffect>().Select(effect => effect.Layer)],
            [.. _batch.Effects.SelectMany(effect => effect.Trash)]);
    }

    /// <summary>Takes back what was prepared ahead; the staged layers can be committed again.</summary>
    public void TakeBack() => _batch.TakeBack(new StorageError(StorageErrorKind.Cancelled, "prepared in vain"));

    /// <summary>Removes the marks of committed layers. Needs no lock; a mark that stays does no harm.</summary>
    public static void RemoveMarks(LayerRoot root, IEnumerable<LayerId> committed)
    {
        foreach (var layer in committed)
            RemoveMark(root, layer);
    }

    private static void RemoveMark(LayerRoot root, LayerId layer)
    {
        try
        {
            root.Driver.RemoveMark(layer);
        }
        catch (StorageException)
        {
            // The layer is visible and whole. Nobody collects what an index names, mark or not.
        }
    }

    private StorageError? Prepare(IReadOnlyList<LayerWrite> writes)
    {
        var trees = _root.Driver.BeginBatch();
        var now = Timestamp.Now(_root.Time);
        return _batch.Prepare(writes, (index, write) => Decide(_root, index, write, now, trees));
    }

    private static DecidedWrite<LayerRecord, LayerIndex> Decide(
        LayerRoot root, LayerIndex index, LayerWrite write, Timestamp now, ILayerBatch trees)
    {
        if (write is LayerWrite.Commit { AcceptExisting: true } commit && index.Find(commit.Layer.Id) is { } there)
            return new(index, WriteOutcome.Present(there));
        var (next, layer) = LayerDecision.Decide(index, root.ReadOnly, write, now);
        RecordEffect? effect = write switch
        {
            LayerWrite.Commit staged => new CommitEffect(root, staged, trees),
            LayerWrite.SetDiff set => new TarSplitEffect(root, layer.Id, set.TarSplit),
            LayerWrite.SetBigData set =>
                new BigDataEffect(root.Disk, root.Directory, layer.Id.Value, new NewBigData(set.Key, set.Value)),
            _ => null,
        };
        return new(next, WriteOutcome.Done(layer), effect);
    }
}
