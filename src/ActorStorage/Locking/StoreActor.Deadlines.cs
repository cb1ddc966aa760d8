// SPDX-License-Identifier: Apache-2.0
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>How long requests wait for the lock, or for a walk that has it.</summary>
internal abstract partial class StoreActor<TQuery, TCommand>
{
    private DateTimeOffset _nextDeadline = DateTimeOffset.MaxValue;

    private void OnDeadlineTick()
    {
        // Its timer is used up, whatever follows.
        _nextDeadline = DateTimeOffset.MaxValue;
        RefuseExpired();
        if (Lock.IsWaiting || _walk is not null) ScheduleEarliestDeadline();
    }

    private void RefuseExpired()
    {
        var now = Settings.Time.GetUtcNow();
        if (!_queries.HasExpired(now) && !_commands.HasExpired(now)) return;
        DropAhead();
        // Before they are taken out: whatever happens, those that wait are owed an answer.
        var locked = new Refused(Lock.Expired(byWalk: _walk is not null));
        IRequest[] expired = [.. _queries.TakeExpired(now), .. _commands.TakeExpired(now)];
        _log.Warning("{Count} requests expired: {Reason}", expired.Length, locked.Error.Message);
        foreach (var request in expired) Reply(request, locked);
    }

    private void ScheduleEarliestDeadline()
    {
        _nextDeadline = DateTimeOffset.MaxValue;
        if (_queries.EarliestDeadline is { } query) ScheduleDeadline(query);
        if (_commands.EarliestDeadline is { } command) ScheduleDeadline(command);
    }

    private void ScheduleDeadline(DateTimeOffset deadline)
    {
        if (deadline >= _nextDeadline) return;
        _nextDeadline = deadline;
        var remaining = deadline - Settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }
}
