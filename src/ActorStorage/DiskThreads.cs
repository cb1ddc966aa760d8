// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;

namespace ActorStorage;

/// <summary>
/// Threads for work that blocks in the kernel, so that neither a dispatcher nor the .NET pool ever does. Started when
/// there is work, at most as many as allowed; the caller keeps the number of jobs that wait within its own limit.
/// </summary>
public sealed class DiskThreads : IDisposable
{
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);
    private readonly Queue<Action> _waiting = new();
    private readonly string _name;
    private readonly int _threadsMax;
    private readonly int _queueMax;
    private int _threads;
    private int _idle;
    private bool _disposed;

    public DiskThreads(string name, int threadsMax, int queueMax) =>
        (_name, _threadsMax, _queueMax) = (name, threadsMax, queueMax);

    /// <summary>Jobs that run, and those that wait.</summary>
    public int JobCount
    {
        get
        {
            lock (_waiting) return _threads - _idle + _waiting.Count;
        }
    }

    /// <summary>Runs the work on one of the threads. The task ends with its result, or with what it threw.</summary>
    /// <exception cref="StorageException">Busy: too many jobs wait already. Cancelled: these threads have
    /// ended.</exception>
    public Task<T> Run<T>(Func<T> work)
    {
        // Continuations must not run on a disk thread: they would block the next job.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_disposed) throw new StorageException(StorageErrorKind.Cancelled, $"{_name} threads have ended");
            if (_waiting.Count >= _queueMax)
                throw new StorageException(StorageErrorKind.Busy, $"{_name}: {_queueMax} jobs are waiting already");
            _waiting.Enqueue(() => Complete(done, work));
            if (_idle >= _waiting.Count) Monitor.Pulse(_waiting);
            else if (_threads < _threadsMax) StartThread();
        }
        return done.Task;
    }

    /// <summary>Lets running jobs end and drops none that wait; refuses new ones.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _disposed = true;
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>Waits, after <see cref="Dispose"/>, until no job runs any more. Blocks.</summary>
    /// <returns>False when some still runs: it sits in a call that does not return.</returns>
    public bool Join(TimeSpan waitMax)
    {
        var started = Stopwatch.GetTimestamp();
        lock (_waiting)
        {
            while (_threads > 0)
            {
                var remaining = waitMax - Stopwatch.GetElapsedTime(started);
                if (remaining <= TimeSpan.Zero) return false;
                Monitor.Wait(_waiting, remaining);
            }
            return true;
        }
    }

    private void StartThread()
    {
        _threads++;
        // Without the caller's context: the thread serves many, and would keep the first one's trace for all of them.
        new Thread(Work) { IsBackground = true, Name = $"{_name}-{_threads}" }.UnsafeStart();
    }

    private void Work()
    {
        while (Next() is { } job) job();
    }

    private Action? Next()
    {
        lock (_waiting)
        {
            _idle++;
            try
            {
                while (true)
                {
                    if (_waiting.TryDequeue(out var job)) return job;
                    if (_disposed || !Monitor.Wait(_waiting, IdleMax) && _waiting.Count == 0)
                    {
                        _threads--;
                        if (_disposed) Monitor.PulseAll(_waiting);
                        return null;
                    }
                }
            }
            finally
            {
                _idle--;
            }
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work)
    {
        try
        {
            done.SetResult(work());
        }
        catch (Exception cause)
        {
            done.SetException(cause);
        }
    }
}
