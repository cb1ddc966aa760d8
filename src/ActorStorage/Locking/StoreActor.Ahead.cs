// SPDX-License-Identifier: Apache-2.0
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>
/// What a store does of a batch before it takes its lock: everything but the renames, on the index in memory. Who
/// finds under the lock that nobody has written since then only publishes, so that a hold lasts as long as the renames
/// and not as long as a sync; otherwise it is taken back, and the batch is served as any other.
/// </summary>
internal abstract partial class StoreActor<TQuery, TCommand>
{
    // The first ones of those that wait, or none.
    private IReadOnlyList<TCommand> _ahead = [];

    // Others have written between our last two holds: what is prepared without the lock would often be in vain.
    private bool _isContended;

    // Whether the present hold was not to be had at once.
    private bool _hasWaited;

    /// <summary>Whether the command may be prepared without the lock. It is a batched one then.</summary>
    protected virtual bool CanPrepareAhead(TCommand command) => false;

    /// <summary>Prepares a batch where nobody sees it, with an index that was current a moment ago. Nothing is left
    /// when it throws.</summary>
    protected virtual void PrepareAhead(IReadOnlyList<TCommand> batch)
    {
    }

    /// <summary>Publishes it under the lock, with the index that it was prepared on; one reply for each.</summary>
    protected virtual IReadOnlyList<IReply> ServeAhead(IReadOnlyList<TCommand> batch) => ServeBatch(batch);

    /// <summary>Its requests are served otherwise, or not at all.</summary>
    protected virtual void TakeBackAhead()
    {
    }

    private void PrepareAhead()
    {
        if (_isContended || _commands.Count == 0 || !CanPrepareAhead(_commands.First)) return;
        try
        {
            RefuseExpired();
            if (!IsLoaded || !IsCurrent()) return;
            var batch = _commands.FirstWhile(CanPrepareAhead, Settings.StoreBatchMax);
            if (batch.Count == 0) return;
            PrepareAhead(batch);
            _ahead = batch;
        }
        catch (Exception cause)
        {
            // Tried once more under the lock, with an index that is read again: there they are told if it is in vain.
            _log.Warning("{Lock}: a write is tried again: {Reason}", _lockPath, cause.Message);
            Forget();
        }
    }

    /// <summary>Now that nobody else can write.</summary>
    private void FindContention()
    {
        var isCurrent = IsLoaded && IsCurrent();
        _isContended = IsLoaded && !isCurrent;
        if (!isCurrent) DropAhead();
    }

    /// <returns>How many commands were served: none when nothing was prepared.</returns>
    private int ServeAhead()
    {
        var batch = _ahead;
        if (batch.Count == 0) return 0;
        _ahead = [];
        Lock.Serve(batch);
        var answers = ServeOrRefuse(batch, ServeAhead);
        for (var i = 0; i < batch.Count; i++)
        {
            _commands.Take(out var since);
            _replies.Add((batch[i], since, answers[i]));
        }
        return batch.Count;
    }

    /// <summary>Before any of its requests is refused: what was staged for them goes then.</summary>
    private void DropAhead()
    {
        if (_ahead.Count == 0) return;
        _ahead = [];
        TakeBackAhead();
    }
}
