// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage;

/// <summary>One request of a client from asking to reply: a span, which those of the engine are parts of, and how long
/// it took. Costs next to nothing while nobody listens.</summary>
internal sealed class RequestTelemetry : IDisposable
{
    private readonly string? _name;
    private readonly long _startedAt;
    private readonly Activity? _activity;
    private StorageErrorKind? _failure;

    /// <param name="request">Makes the request: its type is its name.</param>
    public RequestTelemetry(Func<Asker, IRequest> request, DateTimeOffset deadline)
    {
        if (!TelemetrySupport.IsOn) return;
        var isTraced = Telemetry.Source.HasListeners();
        if (!isTraced && !Telemetry.Request.Enabled) return;
        _name = request(new Asker(ActorRefs.Nobody, deadline)).GetType().Name;
        _startedAt = Stopwatch.GetTimestamp();
        if (isTraced) _activity = Telemetry.Source.StartActivity(_name, ActivityKind.Client);
    }

    /// <summary>Of this span; without one, of the caller's.</summary>
    public string? TraceParent => _activity?.Id ?? Telemetry.Current;

    public void Fail(StorageErrorKind kind) => _failure = kind;

    public void Dispose()
    {
        if (_failure is { } kind)
        {
            _activity?.SetStatus(ActivityStatusCode.Error);
            _activity?.SetTag(Telemetry.ErrorType, kind.ToString());
        }
        _activity?.Dispose();
        if (_name is null || !Telemetry.Request.Enabled) return;
        var tags = new TagList { { Telemetry.RequestName, _name } };
        if (_failure is { } failure) tags.Add(Telemetry.ErrorType, failure.ToString());
        Telemetry.Request.Record(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, tags);
    }
}
