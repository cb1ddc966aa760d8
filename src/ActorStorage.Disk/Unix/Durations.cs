// SPDX-License-Identifier: Apache-2.0
using HdrHistogram;

namespace ActorStorage.Disk.Unix;

/// <summary>Durations that were seen, summed up when there are many of them or somebody asks: a process that takes each
/// lock a few times needs no histogram.</summary>
internal sealed class Durations
{
    private const long LongestMicroseconds = 24L * 60 * 60 * 1_000_000;
    private const int Digits = 2;
    private readonly long[] _first = new long[64];
    private int _count;
    private LongHistogram? _all;

    public long Count => _all?.TotalCount ?? _count;

    public void Add(TimeSpan duration)
    {
        var microseconds = Math.Clamp((long)duration.TotalMicroseconds, 0, LongestMicroseconds);
        if (_all is null && _count < _first.Length) _first[_count++] = microseconds;
        else Histogram().RecordValue(microseconds);
    }

    public LongHistogram Histogram()
    {
        if (_all is not null) return _all;
        _all = new LongHistogram(LongestMicroseconds, Digits);
        foreach (var microseconds in _first.AsSpan(0, _count)) _all.RecordValue(microseconds);
        return _all;
    }
}
