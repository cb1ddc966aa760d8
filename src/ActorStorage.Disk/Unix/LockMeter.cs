// SPDX-License-Identifier: Apache-2.0
using HdrHistogram;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// What is known of the holds of one lock: told when it is asked for, taken and let go, it counts, and speaks up when a
/// hold lasts too long. Used by the lock's owner only; only the alarm comes from another thread.
/// </summary>
public sealed class LockMeter : IDisposable
{
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(1);
    private const string Loading = "reading the index";
    private readonly Durations _waited = new();
    private readonly Durations _held = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly TimeSpan _holdMax;
    private readonly Action<LongHold>? _tooLong;
    private readonly ITimer? _alarm;
    private volatile Hold? _hold;
    private long _requestedAt;

    /// <param name="time">What the durations are read from.</param>
    /// <param name="holdMax">How long a hold may last before it is told.</param>
    /// <param name="tooLong">Told of it, on a pool thread while the lock is still held, and again by the owner when it
    /// was let go. Must not block. Null for nobody.</param>
    public LockMeter(string path, TimeProvider time, TimeSpan holdMax = default, Action<LongHold>? tooLong = null)
    {
        (_path, _time, _holdMax, _tooLong) = (path, time, holdMax, tooLong);
        if (tooLong is null) return;
        _alarm = time.CreateTimer(
            static state => ((LockMeter)state!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When the present hold began to be wished for and to be, or the last one.</summary>
    public DateTimeOffset RequestedAt => Past(_requestedAt);

    /// <inheritdoc cref="RequestedAt"/>
    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>Somebody wants the lock.</summary>
    public void Request() => _requestedAt = _time.GetTimestamp();

    public void Take(LockMode mode)
    {
        _hold = new Hold(mode, _time.GetTimestamp());
        TakenAt = _time.GetUtcNow();
        _alarm?.Change(_holdMax, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What the hold is used for now.</summary>
    /// <param name="requests">Not changed any more.</param>
    public void Serve(IReadOnlyList<object> requests)
    {
        if (_hold is { } hold) hold.Requests = requests;
    }

    public void LetGo()
    {
        if (_hold is not { } hold) return;
        _hold = null;
        _alarm?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (waited, held) = (_time.GetElapsedTime(_requestedAt, hold.Since), _time.GetElapsedTime(hold.Since));
        _waited.Add(waited);
        _held.Add(held);
        if (TelemetrySupport.IsOn) Record(hold.Mode, waited, held);
        if (_tooLong is not null && held >= _holdMax) _tooLong(new LongHold(_path, held, hold.Serving, IsOver: true));
    }

    public LockStatistics Snapshot() => new(_path, _held.Count, Summary(_waited), Summary(_held))
    {
        Present = _hold is { } hold
            ? new LockHold(LockHolder.Self(), hold.Mode, _time.GetElapsedTime(hold.Since), hold.Serving)
            : null,
    };

    public void Dispose() => _alarm?.Dispose();

    private void OnAlarm()
    {
        if (_hold is not { } hold) return;
        var held = _time.GetElapsedTime(hold.Since);
        if (held >= _holdMax) _tooLong!(new LongHold(_path, held, hold.Serving, IsOver: false));
        // Timers may be early; or the owner has let go, and taken the lock once more, since this one ran out.
        else _alarm!.Change(_holdMax - held + ClockTick, Timeout.InfiniteTimeSpan);
    }

    private void Record(LockMode mode, TimeSpan waited, TimeSpan held)
    {
        if (!Telemetry.LockHold.Enabled && !Telemetry.LockWait.Enabled) return;
        var path = new KeyValuePair<string, object?>(Telemetry.FilePath, _path);
        var how = new KeyValuePair<string, object?>(
            Telemetry.LockModeName, mode == LockMode.Exclusive ? "exclusive" : "shared");
        Telemetry.LockWait.Record(waited.TotalSeconds, path, how);
        Telemetry.LockHold.Record(held.TotalSeconds, path, how);
    }

    private DateTimeOffset Past(long timestamp) => _time.GetUtcNow() - _time.GetElapsedTime(timestamp);

    private static DurationSummary Summary(Durations durations) => Summary(durations.Histogram());

    private static DurationSummary Summary(LongHistogram histogram) => histogram.TotalCount == 0
        ? new DurationSummary(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
        : new DurationSummary(
            TimeSpan.FromMicroseconds(histogram.GetValueAtPercentile(50)),
            TimeSpan.FromMicroseconds(histogram.GetValueAtPercentile(99)),
            TimeSpan.FromMicroseconds(histogram.GetMaxValue()))
        {
            Buckets = [.. Buckets(histogram)],
        };

    private static DurationBucket[] Buckets(LongHistogram histogram)
    {
        TimeSpan[] ends = [.. Telemetry.DurationBoundaries.Select(TimeSpan.FromSeconds), TimeSpan.MaxValue];
        var counts = new long[ends.Length];
        foreach (var recorded in histogram.RecordedValues())
        {
            var value = TimeSpan.FromMicroseconds(recorded.ValueIteratedTo);
            counts[Array.FindIndex(ends, end => value <= end)] += recorded.CountAddedInThisIterationStep;
        }
        return [.. ends.Zip(counts, (end, count) => new DurationBucket(end, count))];
    }

    private sealed class Hold(LockMode mode, long since)
    {
        private volatile IReadOnlyList<object> _requests = [];

        public LockMode Mode => mode;
        public long Since => since;
        public IReadOnlyList<object> Requests { set => _requests = value; }

        /// <summary>Put into words only when somebody wants to know.</summary>
        public string Serving => _requests is { Count: > 0 } requests
            ? string.Join(", ", requests.GroupBy(request => request.GetType().Name).Select(
                same => same.Count() == 1 ? same.Key : $"{same.Count()} x {same.Key}"))
            : Loading;
    }
}
