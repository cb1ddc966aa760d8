// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ActorStorage.Disk;

/// <summary>
/// What the engine measures, for whoever listens: a <see cref="System.Diagnostics.Metrics.Meter"/> and an
/// <see cref="ActivitySource"/>, both called <c>ActorStorage</c>, as OpenTelemetry's collectors take them. Names and
/// units follow its conventions. Without a listener nothing is recorded and nothing allocated; and nothing of this is
/// made where the application's switch <c>ActorStorage.Telemetry.IsSupported</c> is off.
/// </summary>
public static class Telemetry
{
    public const string Name = "ActorStorage";

    /// <summary>Attribute: the lock file, absolute.</summary>
    public const string FilePath = "file.path";

    /// <summary>Attribute: <c>shared</c> or <c>exclusive</c>.</summary>
    public const string LockModeName = "actorstorage.lock.mode";

    /// <summary>Attribute: the graph root, absolute.</summary>
    public const string RootName = "actorstorage.root";

    /// <summary>Attribute: the message that was asked, e.g. <c>PutLayer</c>.</summary>
    public const string RequestName = "actorstorage.request.name";

    /// <summary>Attribute: <c>queue</c>, <c>unpack</c> or <c>flush</c>.</summary>
    public const string PhaseName = "actorstorage.stage.phase";

    /// <summary>Attribute: the kind of the refusal; absent when there was none.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Upper ends, in seconds, of the histograms' buckets: from one hold to one large layer.</summary>
    public static readonly IReadOnlyList<double> DurationBoundaries =
    [
        0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100,
    ];

    internal static readonly Meter Meter = new(Name);
    private static readonly InstrumentAdvice<double> Advice = new() { HistogramBucketBoundaries = DurationBoundaries };

    public static readonly ActivitySource Source = new(Name);

    internal static readonly Histogram<double> LockWait = Meter.CreateHistogram(
        "actorstorage.lock.wait.duration", "s", "How long a lock file was waited for.", advice: Advice);

    internal static readonly Histogram<double> LockHold = Meter.CreateHistogram(
        "actorstorage.lock.hold.duration", "s", "How long a lock file was held.", advice: Advice);

    internal static readonly Histogram<double> StagePhase = Meter.CreateHistogram(
        "actorstorage.stage.duration", "s", "How long a job was in a phase of making a layer.", advice: Advice);

    private static readonly Counter<long> StagedBytes = Meter.CreateCounter<long>(
        "actorstorage.stage.size", "By", "Archives that were unpacked, as they were inflated.");

    private static readonly Counter<long> LayersCommitted = Meter.CreateCounter<long>(
        "actorstorage.layer.commits", "{layer}", "Layers that became visible.");

    internal static readonly Histogram<double> Request = Meter.CreateHistogram(
        "actorstorage.request.duration", "s", "How long a client waited for an answer.", advice: Advice);

    /// <summary>The trace that the caller is in, as W3C writes it; null when nobody traces.</summary>
    internal static string? Current =>
        TelemetrySupport.IsOn && Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>A span of a trace whose beginning and end are known already. Nothing when the request is in no
    /// trace.</summary>
    internal static void Span(
        string name, string? traceParent, DateTimeOffset from, DateTimeOffset to, string? lockPath = null)
    {
        if (traceParent is null || !TelemetrySupport.IsOn || !Source.HasListeners()) return;
        if (!ActivityContext.TryParse(traceParent, null, out var parent)) return;
        var before = Activity.Current;
        using (var activity = Source.StartActivity(name, ActivityKind.Internal, parent, startTime: from))
        {
            if (lockPath is not null) activity?.SetTag(FilePath, lockPath);
            activity?.SetEndTime(to.UtcDateTime);
        }
        Activity.Current = before;
    }

    /// <summary>A span from now until it is disposed of, of which those on this thread are parts.</summary>
    internal static Activity? Begin(string name, string? traceParent) =>
        traceParent is not null && TelemetrySupport.IsOn && Source.HasListeners()
            && ActivityContext.TryParse(traceParent, null, out var parent)
                ? Source.StartActivity(name, ActivityKind.Internal, parent)
                : null;

    /// <summary>A part of what this thread does, measured and, if it is in a trace, a span of it.</summary>
    internal static Phase BeginPhase(string phase) => new(phase);

    /// <summary>A layer was unpacked: so large is its archive.</summary>
    internal static void CountStaged(long bytes)
    {
        if (TelemetrySupport.IsOn) StagedBytes.Add(bytes);
    }

    internal static void CountCommits(int layers)
    {
        if (TelemetrySupport.IsOn) LayersCommitted.Add(layers);
    }

    internal readonly struct Phase(string phase) : IDisposable
    {
        private readonly long _startedAt = Stopwatch.GetTimestamp();
        private readonly Activity? _activity = Current is null ? null : Source.StartActivity(phase);

        public void Dispose()
        {
            _activity?.Dispose();
            RecordPhase(phase, Stopwatch.GetElapsedTime(_startedAt));
        }
    }

    internal static void RecordPhase(string phase, TimeSpan duration)
    {
        if (TelemetrySupport.IsOn && StagePhase.Enabled)
            StagePhase.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(PhaseName, phase));
    }
}
