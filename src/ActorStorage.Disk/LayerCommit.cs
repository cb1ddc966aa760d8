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
    IReadOnlyList<LayerWriteOutcome> Outcomes, IReadOnlyList<LayerId> Committed, IReadOnlyList<Trash> Trash);

/// <summary>
/// A batch of writes in one hold of layers.lock. The order of effects, and what a crash after each leaves:
/// <list type="number">
/// <item>lower files and permissions inside the staged trees, big data under temporary names: trees nobody sees;</item>
/// <item>the new index under a temporary name, synced: likewise;</item>
/// <item>the token: everybody reloads and finds the old index;</item>
/// <item>the renames, tar-split before tree: directories that no index names, marked as collectable;</item>
/// <item>the rename of the index: all of it is true.</item>
/// </list>
/// </summary>
public static class LayerCommit
{
    /// <summary>Under layers.lock, held exclusively, with a current index. Extracts and flushes nothing.</summary>
    public static LayerCommitResult Run(LayerRoot root, FileLock layersLock, IReadOnlyList<LayerWrite> writes)
    {
        var outcomes = new LayerWriteOutcome[writes.Count];
        var effects = new List<LayerEffect>();
        var trees = root.Driver.BeginBatch();
        var now = Timestamp.Now(root.Time);
        var before = root.Index;
        var index = before;
        try
        {
            for (var i = 0; i < writes.Count; i++)
                (index, outcomes[i]) = Decide(root, index, writes[i], now, trees, effects);
            Publish(root, layersLock, index, effects);
        }
        catch (StorageException cause)
        {
            // Nothing became true: whoever was told yes in thought is told no in fact.
            for (var i = effects.Count - 1; i >= 0; i--) Undo(effects[i]);
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (!StandsAnyway(outcomes[i], before)) outcomes[i] = LayerWriteOutcome.Refused(cause.Error);
            }
            return new LayerCommitResult(outcomes, [], []);
        }
        return new LayerCommitResult(
            outcomes, [.. effects.OfType<CommitEffect>().Select(e => e.Layer)], [.. effects.SelectMany(e => e.Trash)]);
    }

    /// <summary>Refused for its own reasons, or found in the store as it was before the batch.</summary>
    private static bool StandsAnyway(LayerWriteOutcome? outcome, LayerIndex before) => outcome switch
    {
        { Error: not null } => true,
        { AlreadyPresent: true, Layer: { } there } => before.Find(there.Id) is not null,
        _ => false,
    };

    private static void Undo(LayerEffect effect)
    {
        try
        {
            effect.Undo();
        }
        catch (StorageException)
        {
            // What stays is a directory that no index names, with the mark: the next start removes it. The others are
            // taken back all the same, and each asker is told the first cause.
        }
    }

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

    private static (LayerIndex Index, LayerWriteOutcome Outcome) Decide(
        LayerRoot root, LayerIndex index, LayerWrite write, Timestamp now, ILayerBatch trees,
        List<LayerEffect> effects)
    {
        try
        {
            if (write is LayerWrite.Commit { AcceptExisting: true } commit && index.Find(commit.Layer.Id) is { } there)
                return (index, LayerWriteOutcome.Present(there));
            var (next, layer) = LayerDecision.Decide(index, write, now);
            if (LayerEffect.Of(root, write, layer, trees) is { } effect)
            {
                Prepare(effect);
                effects.Add(effect);
            }
            return (next, LayerWriteOutcome.Done(layer));
        }
        catch (StorageException cause)
        {
            return (index, LayerWriteOutcome.Refused(cause.Error));
        }
    }

    private static void Prepare(LayerEffect effect)
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

    private static void Publish(LayerRoot root, FileLock layersLock, LayerIndex index, List<LayerEffect> effects)
    {
        using var prepared = root.Prepare(index);
        if (prepared.IsEmpty && effects.Count == 0) return;
        root.Publish(layersLock, index, prepared, between: () =>
        {
            // Data of layers last: replacing it is the one thing that cannot be taken back.
            foreach (var effect in effects.OrderBy(effect => effect is BigDataEffect)) effect.Apply();
        });
    }
}
