// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Space;

/// <summary>What a collector of metrics is told of a root's room.</summary>
public sealed class SpaceMetricsSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();
    private readonly ConcurrentDictionary<string, long> _told = new();
    private readonly MeterListener _listener = new();

    private StorageSettings Settings => _engine.Settings with { SpaceLookInterval = TimeSpan.FromMilliseconds(1) };

    public Task InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listening) =>
        {
            if (!instrument.Name.StartsWith("actorstorage.space.", StringComparison.Ordinal)) return;
            Assert.Equal("By", instrument.Unit);
            listening.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Others that run beside this test have roots of their own.
            if (tags.ToArray().Contains(new("actorstorage.root", _engine.Root.Graph))) _told[instrument.Name] = value;
        });
        _listener.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Should_tell_what_layers_and_orphans_take_up_and_what_is_reserved_and_free()
    {
        var client = await _engine.StartAsync(Settings, _disk);
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Large(1, megabytes: 4), "one"));
        Directory.CreateDirectory(Path.Combine(_engine.Root.Overlay, new string('a', 64)));
        await client.ReserveAsync(12_345, TimeSpan.FromHours(1));
        _disk.Free = 77_000_000;

        await ToldAsync(() => Told("layers") > 4 << 20 && Told("orphans") > 0 && Told("free") == 77_000_000);

        Assert.Equal(12_345, Told("reserved"));
        Assert.Equal((await client.DiskUseAsync()).Use.LayersBytes, Told("layers"));
        await client.DeleteLayerAsync("one");
        await ToldAsync(() => Told("layers") == 0);
        await _engine.StopAsync();
        _told.Clear();
        _listener.RecordObservableInstruments();
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Should_answer_a_collector_at_once_while_the_disk_does_not_answer()
    {
        using var stalled = new ManualResetEventSlim();
        var asked = new TaskCompletionSource();
        var client = await _engine.StartAsync(Settings, _disk);
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        _disk.BeforeOpen = path =>
        {
            if (!path.EndsWith("actor-storage.sizes", StringComparison.Ordinal) && path != _engine.Root.Graph) return;
            asked.TrySetResult();
            stalled.Wait(Patience);
        };

        _listener.RecordObservableInstruments();
        await asked.Task.WaitAsync(Patience);
        _listener.RecordObservableInstruments();

        Assert.False(stalled.IsSet);
        Assert.Equal(0, Told("reserved"));
        Assert.DoesNotContain("actorstorage.space.layers", _told.Keys);
        stalled.Set();
        await ToldAsync(() => Told("layers") > 0);
    }

    private long Told(string name) => _told.GetValueOrDefault($"actorstorage.space.{name}", -1);

    private Task ToldAsync(Func<bool> isTold) => Eventually.TrueAsync(
        () =>
        {
            _listener.RecordObservableInstruments();
            return isTold();
        },
        "the gauges tell it");
}
