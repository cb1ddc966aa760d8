// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// Ends what blocks a thread for too long, by taking away what it waits for. One alarm for all that a connection does:
/// being made, the handshake, headers, bytes.
/// </summary>
internal sealed class StallWatch(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private IDisposable? _guarded;
    private ITimer? _timer;
    private bool _hasEnded;
    private bool _isDisposed;

    /// <summary>Whether it had to.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_lock) return _hasEnded;
        }
    }

    /// <summary>What is disposed of, on another thread, when it takes too long; at once, when it already has.</summary>
    public void Guard(IDisposable blocking)
    {
        lock (_lock)
        {
            _guarded = blocking;
            if (!_hasEnded) return;
        }
        blocking.Dispose();
    }

    /// <summary>From now on there is so much time.</summary>
    public void Restart(TimeSpan max)
    {
        lock (_lock)
        {
            if (_isDisposed || _hasEnded) return;
            if (_timer is null) _timer = time.CreateTimer(_ => End(), null, max, Timeout.InfiniteTimeSpan);
            else _timer.Change(max, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The alarm is off until it is started again.</summary>
    public void Pause()
    {
        lock (_lock) _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void End()
    {
        IDisposable? guarded;
        lock (_lock)
        {
            if (_isDisposed || _hasEnded) return;
            _hasEnded = true;
            guarded = _guarded;
        }
        guarded?.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }
}
