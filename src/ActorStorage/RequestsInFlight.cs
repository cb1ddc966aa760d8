// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage;

/// <summary>Counts the requests of one client, so that its end can wait for their answers.</summary>
internal sealed class RequestsInFlight
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _ended;
    private int _count;

    /// <summary>Dispose of what it returns when the answer is there.</summary>
    /// <exception cref="StorageException">Cancelled: the end has begun.</exception>
    public One Begin()
    {
        lock (_gate)
        {
            if (_ended is not null) throw new StorageException(StorageErrorKind.Cancelled, "the engine is stopping");
            _count++;
        }
        return new One(this);
    }

    /// <summary>Lets no more begin. Ends with the last answer.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            // Whoever waits must not run inside a request that ends.
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0) _ended.TrySetResult();
            return _ended.Task;
        }
    }

    private void Answered()
    {
        lock (_gate)
        {
            if (--_count == 0) _ended?.TrySetResult();
        }
    }

    public readonly struct One(RequestsInFlight all) : IDisposable
    {
        public void Dispose() => all.Answered();
    }
}
