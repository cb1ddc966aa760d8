// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>What a store tells of its holds to those who look from outside.</summary>
internal abstract partial class StoreActor<TQuery, TCommand>
{
    /// <summary>The hold as each of its requests sees it: who came during the wait did not wait from its
    /// beginning.</summary>
    private void Trace()
    {
        if (!TelemetrySupport.IsOn || !Telemetry.Source.HasListeners()) return;
        var ((requestedAt, takenAt), now) = (Lock.Times, Settings.Time.GetUtcNow());
        foreach (var (command, since, _) in _replies)
        {
            var trace = command.Asker.TraceParent;
            Telemetry.Span("queue", trace, since, requestedAt > since ? requestedAt : since, Lock.File.Path);
            Telemetry.Span("lock wait", trace, requestedAt > since ? requestedAt : since, takenAt, Lock.File.Path);
            Telemetry.Span("lock hold", trace, takenAt, now, Lock.File.Path);
        }
    }

    /// <summary>On any thread.</summary>
    private void OnLongHold(LongHold hold)
    {
        _events.Publish(new LockProtocol.LockHeldLong(
            hold.Path, hold.Held, hold.Serving, hold.IsOver, Settings.Time.GetUtcNow()));
        _log.Warning(
            hold.IsOver ? "{Lock} was held for {Held} by {Serving}" : "{Lock} has been held for {Held} by {Serving}",
            hold.Path, hold.Held, hold.Serving);
    }
}
