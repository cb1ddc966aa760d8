// SPDX-License-Identifier: Apache-2.0
using HdrHistogram;

namespace ActorStorage.Disk.Unix;

/// <summary>How long one lock file was waited for and held by this process since it started.</summary>
/// <param name="Path">The lock file.</param>
/// <param name="Holds">How many times it was taken.</param>
public sealed record LockStatistics(string Path, long Holds, DurationSummary Waited, DurationSummary Held);

/// <summary>A distribution of durations, exact to one percent.</summary>
public sealed record DurationSummary(TimeSpan Median, TimeSpan Percentile99, TimeSpan Max);

/// <summary>Counts for <see cref="LockStatistics"/>. One writer; snapshots are taken by the same owner.</summary>
public sealed class LockMeter(string path)
{
    private const long LongestMicroseconds = 24L * 60 * 60 * 1_000_000;
    private readonly LongHistogram _waited = new(LongestMicroseconds, 2);
    private readonly LongHistogram _held = new(LongestMicroseconds, 2);

    public void Record(TimeSpan waited, TimeSpan held)
    {
        _waited.RecordValue(Microseconds(waited));
        _held.RecordValue(Microseconds(held));
    }

    public LockStatistics Snapshot() => new(path, _held.TotalCount, Summary(_waited), Summary(_held));

    private static long Microseconds(TimeSpan duration) =>
        Math.Clamp((long)duration.TotalMicroseconds, 0, LongestMicroseconds);

    private static DurationSummary Summary(LongHistogram histogram) => histogram.TotalCount == 0
        ? new DurationSummary(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
        : new DurationSummary(
            TimeSpan.FromMicroseconds(histogram.GetValueAtPercentile(50)),
            TimeSpan.FromMicroseconds(histogram.GetValueAtPercentile(99)),
            TimeSpan.FromMicroseconds(histogram.GetMaxValue()));
}
