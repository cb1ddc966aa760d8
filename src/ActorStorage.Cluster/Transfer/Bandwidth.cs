// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// A token bucket that everybody on a node takes from, in turns: each take moves the time at which the bucket has paid
/// for everything, and waits for it. What is not used within a tenth of a second is lost. Time is counted from the
/// start, so that nobody waits for a clock that was put back.
/// </summary>
/// <param name="bytesPerSecond">0 for no limit.</param>
internal sealed class Bandwidth(long bytesPerSecond, TimeProvider time)
{
    private const int PieceBytesMin = 4 << 10;
    private const int PieceBytesMax = 256 << 10;
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly long _startedAt = time.GetTimestamp();
    private TimeSpan _paidAt;

    /// <summary>How much to take at once: so little that many who take in turns all get on.</summary>
    public int PieceBytes { get; } = bytesPerSecond == 0
        ? PieceBytesMax
        : (int)Math.Clamp(bytesPerSecond / 64, PieceBytesMin, PieceBytesMax);

    /// <summary>Blocks the calling thread until the bytes may be sent.</summary>
    /// <exception cref="OperationCanceledException">They are wanted no more.</exception>
    public void Take(int bytes, CancellationToken cancellation)
    {
        if (bytesPerSecond == 0) return;
        var wait = Reserve(bytes);
        if (wait > TimeSpan.Zero) cancellation.WaitHandle.WaitOne(wait);
        cancellation.ThrowIfCancellationRequested();
    }

    private TimeSpan Reserve(int bytes)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_startedAt);
            if (_paidAt < now - Burst) _paidAt = now - Burst;
            _paidAt += TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            return _paidAt - now;
        }
    }
}
