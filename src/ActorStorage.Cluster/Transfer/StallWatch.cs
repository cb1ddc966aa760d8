// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// Ends what blocks a thread for too long, by taking away what it waits for. One alarm for all that a connection does:
/// being made, the handshake, headers, bytes.
/// </summary>
/// <param name="end">Called once, on another thread.</param>
internal sealed class StallWatch(Action end, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Whether it had to.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>From now on there is so much time.</summary>
    public void Restart(TimeSpan max)
    {
        lock (_lock)
        {
            if (_isDisposed || HasEnded) return;
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
        lock (_lock)
        {
            if (_isDisposed || HasEnded) return;
            HasEnded = true;
        }
        end();
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
