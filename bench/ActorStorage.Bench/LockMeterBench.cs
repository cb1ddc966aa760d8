// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using ActorStorage.Disk.Unix;
using BenchmarkDotNet.Attributes;

namespace ActorStorage.Bench;

/// <summary>What is measured of one hold of a lock, without the lock. The floor is to read the clock twice.</summary>
public class LockMeterBench
{
    private LockMeter? _meter;
    private MeterListener? _listener;

    /// <summary>Whether somebody collects metrics.</summary>
    [Params(false, true)]
    public bool Listening { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _meter = new LockMeter("/layers.lock", TimeProvider.System, TimeSpan.FromSeconds(1), _ => { });
        if (!Listening) return;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument),
        };
        _listener.Start();
    }

    [GlobalCleanup]
    public void Close()
    {
        _listener?.Dispose();
        _meter?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public TimeSpan Clock() => TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp());

    [Benchmark]
    public void Hold()
    {
        _meter!.Request();
        _meter.Take(LockMode.Exclusive);
        _meter.LetGo();
    }
}
