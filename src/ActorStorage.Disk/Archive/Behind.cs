// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Work that is done in order by one thread of its own, while the caller prepares what comes next. The thread starts
/// with the first piece of work. A caller that is too far ahead waits.
/// </summary>
/// <remarks>
/// After a failure nothing more is done, what waits is only disposed of, and every call throws what the work threw. For
/// one caller.
/// </remarks>
/// <param name="name">Of the thread.</param>
/// <param name="aheadMax">How many pieces may wait.</param>
internal sealed class Behind<T>(string name, int aheadMax, Action<T> work) : IDisposable
    where T : IDisposable
{
    private readonly Queue<T> _waiting = new();
    private Thread? _thread;
    private bool _isWorking;
    private bool _isStopped;
    private volatile ExceptionDispatchInfo? _fault;

    /// <summary>Nothing is being done, and nothing waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_waiting) return _waiting.Count == 0 && !_isWorking;
        }
    }

    /// <summary>Takes the piece over, and disposes of it when it is done.</summary>
    public void Add(T piece)
    {
        lock (_waiting)
        {
            while (_waiting.Count >= aheadMax) Monitor.Wait(_waiting);
            _waiting.Enqueue(piece);
            Monitor.PulseAll(_waiting);
        }
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = name };
            _thread.Start();
        }
        ThrowFault();
    }

    /// <summary>Everything added is done when this returns.</summary>
    public void Drain()
    {
        lock (_waiting)
        {
            while (_waiting.Count > 0 || _isWorking) Monitor.Wait(_waiting);
        }
        ThrowFault();
    }

    /// <summary>Waits for what is being done, and does no more.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _isStopped = true;
            Monitor.PulseAll(_waiting);
        }
        _thread?.Join();
        while (_waiting.TryDequeue(out var piece)) piece.Dispose();
    }

    private void ThrowFault() => _fault?.Throw();

    private void Run()
    {
        while (TryTake(out var piece))
        {
            using (piece)
            {
                Work(piece);
            }
            lock (_waiting)
            {
                _isWorking = false;
                Monitor.PulseAll(_waiting);
            }
        }
    }

    private bool TryTake(out T piece)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_isStopped) Monitor.Wait(_waiting);
            _isWorking = !_isStopped;
            piece = _isStopped ? default! : _waiting.Dequeue();
            Monitor.PulseAll(_waiting);
            return _isWorking;
        }
    }

    private void Work(T piece)
    {
        if (_fault is not null) return;
        try
        {
            work(piece);
        }
        catch (Exception fault)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
        }
    }
}
