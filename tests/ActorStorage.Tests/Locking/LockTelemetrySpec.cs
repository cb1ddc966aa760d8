// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Layers;
using ActorStorage.Locking;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Faults;
using Akka.Actor;
using LockHolder = ActorStorage.Cli.Tests.Tools.LockHolder;

namespace ActorStorage.Tests.Locking;

/// <summary>What can be known of locks and requests from outside: statistics, events, metrics, traces.</summary>
public sealed class LockTelemetrySpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly EngineRoot _engine = new();

    private string ImagesLock => Path.Combine(_engine.Root.Graph, "overlay-images", "images.lock");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_tell_who_holds_each_lock_now_and_what_for()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        Assert.All(await client.LockStatisticsAsync(), free => Assert.Null(free.Present));
        Task walk;
        await using (var holder = await LockHolder.TakeAsync(_engine.Root, ImagesLock))
        {
            walk = client.DeleteLayerAsync("one");
            await LockHolder.SomebodyWaitsAsync(ImagesLock);

            var locks = (await client.LockStatisticsAsync()).ToDictionary(each => Path.GetFileName(each.Path));

            var ours = locks["layers.lock"].Present!;
            Assert.Equal((Environment.ProcessId, LockMode.Exclusive), (ours.Holder!.Pid, ours.Mode));
            Assert.Equal("DeleteLayer", ours.Serving);
            Assert.InRange(ours.For!.Value, TimeSpan.Zero, Patience);
            var theirs = locks["images.lock"].Present!;
            Assert.Equal((holder.ProcessId, LockMode.Exclusive), (theirs.Holder!.Pid, theirs.Mode));
            Assert.Null(theirs.For);
            Assert.Null(locks["containers.lock"].Present);
            var held = locks["layers.lock"];
            Assert.Equal(held.Holds, held.Held.Buckets.Sum(bucket => bucket.Count));
            Assert.Equal(held.Holds, held.Waited.Buckets.Sum(bucket => bucket.Count));
        }
        await walk.WaitAsync(Patience);
    }

    [Fact]
    public async Task Should_tell_of_a_hold_that_lasts_too_long_while_it_lasts_and_when_it_is_over()
    {
        using var system = ActorSystem.Create("long", StorageSettings.Reference());
        using var inbox = Inbox.Create(system);
        system.EventStream.Subscribe(inbox.Receiver, typeof(LockProtocol.LockHeldLong));
        var disk = new FaultyDisk();
        var limit = TimeSpan.FromMilliseconds(50);
        var settings = _engine.Settings with { HoldWarning = limit };
        var storage = system.ActorOf(StorageActor.Props(settings, disk));
        var client = new StorageClient(storage, Patience);
        await client.OpenAsync();
        using var isTold = new ManualResetEventSlim();
        disk.BeforeRename = (_, to) => Assert.True(to != "layers.json" || isTold.Wait(Patience));

        var put = client.PutLayerAsync(EngineRoot.Empty("one"));
        var during = (LockProtocol.LockHeldLong)await inbox.ReceiveAsync(Patience);
        Assert.False(put.IsCompleted);
        isTold.Set();
        var after = (LockProtocol.LockHeldLong)await inbox.ReceiveAsync(Patience);
        await put;

        Assert.Equal((false, true), (during.IsOver, after.IsOver));
        Assert.All([during, after], told =>
        {
            Assert.Equal((_engine.Root.LayersLock, "CommitStagedLayer"), (told.Path, told.Serving));
            Assert.True(told.Held >= limit);
        });
        Assert.True(after.Held >= during.Held);
        Assert.True(await storage.GracefulStop(Patience));
    }

    [Fact]
    public async Task Should_measure_in_seconds_how_long_locks_are_waited_for_and_held()
    {
        var measured = new ConcurrentBag<(string Name, double Value, string? Unit, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "ActorStorage") listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            measured.Add((instrument.Name, value, instrument.Unit, new(tags.ToArray()))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured.Add((instrument.Name, value, instrument.Unit, new(tags.ToArray()))));
        listener.Start();
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        await Assert.ThrowsAsync<StorageException>(() => client.DeleteLayerAsync("two"));
        await _engine.StopAsync();

        foreach (var name in (string[])["actorstorage.lock.wait.duration", "actorstorage.lock.hold.duration"])
        {
            // Others that run beside this test measure theirs.
            var ofLayers = measured.Where(each => each.Name == name
                && Equals(each.Tags["file.path"], _engine.Root.LayersLock)).ToArray();
            Assert.NotEmpty(ofLayers);
            Assert.All(ofLayers, each => Assert.Equal("s", each.Unit));
            Assert.All(ofLayers, each => Assert.InRange(each.Value, 0, Patience.TotalSeconds));
            Assert.Contains(ofLayers, each => Equals(each.Tags["actorstorage.lock.mode"], "exclusive"));
        }
        Assert.Contains(measured, each => each.Name == "actorstorage.request.duration"
            && Equals(each.Tags["actorstorage.request.name"], "PutLayer") && !each.Tags.ContainsKey("error.type"));
        Assert.Contains(measured, each => each.Name == "actorstorage.request.duration"
            && Equals(each.Tags["actorstorage.request.name"], "DeleteLayer")
            && Equals(each.Tags["error.type"], "NotFound"));
        Assert.Contains(measured, each => each is { Name: "actorstorage.stage.size", Unit: "By", Value: > 0 });
        Assert.Contains(measured, each => each is { Name: "actorstorage.layer.commits", Unit: "{layer}", Value: > 0 });
        Assert.Contains(measured, each => each.Name == "actorstorage.stage.duration"
            && Equals(each.Tags["actorstorage.stage.phase"], "unpack"));
    }

    [Fact]
    public async Task Should_trace_a_request_from_asking_to_reply_through_its_phases_and_locks()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "ActorStorage" or nameof(LockTelemetrySpec),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(LockTelemetrySpec));
        var client = await _engine.StartAsync(_engine.Settings with { Flush = FlushMode.FileSystem });

        using var caller = source.StartActivity("caller")!;
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        await Assert.ThrowsAsync<StorageException>(() => client.GetLayerAsync("two"));
        await _engine.StopAsync();

        var spans = ended.Where(span => span.TraceId == caller.TraceId).ToArray();
        var put = Assert.Single(spans, span => span.OperationName == "PutLayer");
        Assert.Equal(caller.SpanId, put.ParentSpanId);
        var stage = Assert.Single(spans, span => span.OperationName == "stage");
        Assert.Equal(put.SpanId, stage.ParentSpanId);
        foreach (var phase in (string[])["unpack", "flush"])
            Assert.Equal(stage.SpanId, Assert.Single(spans, span => span.OperationName == phase).ParentSpanId);
        foreach (var part in (string[])["queue", "lock wait", "lock hold"])
        {
            Assert.Contains(spans, span => span.OperationName == part && span.ParentSpanId == put.SpanId);
            Assert.All(spans.Where(span => span.OperationName == part), span =>
            {
                Assert.True(span.Duration >= TimeSpan.Zero);
                Assert.True(span.StartTimeUtc >= put.StartTimeUtc.AddMilliseconds(-1));
            });
        }
        var hold = Assert.Single(spans, span => span.OperationName == "lock hold");
        Assert.Equal(_engine.Root.LayersLock, hold.GetTagItem("file.path"));
        var refused = Assert.Single(spans, span => span.OperationName == "GetLayer");
        Assert.Equal(ActivityStatusCode.Error, refused.Status);
        Assert.Equal("NotFound", refused.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Should_keep_the_trace_of_a_request_that_walks()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ActorStorage",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        var trace = ActivityTraceId.CreateRandom();
        // As somebody asks who has actors, and a trace from another node.
        await _engine.Storage.Ask<LayerProtocol.DeleteLayerOk>(
            asker => new LayerProtocol.DeleteLayer(
                "one", Force: false, new Asker(asker, DateTimeOffset.UtcNow + Patience)
                {
                    TraceParent = $"00-{trace}-{ActivitySpanId.CreateRandom()}-01",
                }),
            Patience, default);
        await _engine.StopAsync();

        Assert.Equal(
            ["images.lock", "layers.lock"],
            ended.Where(span => span.TraceId == trace && span.OperationName == "lock hold")
                .Select(span => Path.GetFileName((string)span.GetTagItem("file.path")!)).Distinct().Order());
    }
}
