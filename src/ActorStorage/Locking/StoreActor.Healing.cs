// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Watching;
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>How a store begins and ends, and what it does when the disk has failed it.</summary>
internal abstract partial class StoreActor<TQuery, TCommand>
{
    private readonly string _lockPath;
    private readonly string? _nextLockPath;
    private readonly BackOff _backOff;

    // Why it is closed.
    private StorageError? _closed;

    // What left in doubt what stands on disk; of the kind Poisoned when it could not be read again either.
    private StorageError? _doubt;

    /// <summary>What every request is told now; null when there is no reason not to serve it.</summary>
    private StorageError? Poison =>
        _doubt is { Kind: StorageErrorKind.Poisoned } && _backOff.Remaining > TimeSpan.Zero ? _doubt : null;

    protected override void PreStart()
    {
        ThreadUrgency.Raise();      // of its own thread: each store has one
        if (_backOff.Remaining is { Ticks: > 0 } wait)
            StayClosed(new StorageError(StorageErrorKind.Poisoned, $"{_lockPath}: its owner crashed"), wait);
        else
            Reopen();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _backOff.Fail();
        _log.Error(reason, "The owner of {Lock} crashed: {Reason}", _lockPath, reason.Message);
        _closed = new StorageError(StorageErrorKind.Poisoned, $"{_lockPath}: its owner crashed: {reason.Message}");
        // The one that it crashed over is in no mailbox any more. If it waits already, it is answered with the others.
        if (message is IRequest request && !_queries.Contains(request) && !_commands.Contains(request))
            Reply(request, new Refused(_closed));
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        RefuseAll(_closed ?? new StorageError(StorageErrorKind.Cancelled, "the engine is stopping"));
        foreach (var (command, _, reply) in _replies) Reply(command, reply);
        if (Lock is null) return;
        Lock.Dispose();
        Close();
    }

    private void Closed(object message)
    {
        switch (message)
        {
            case IRequest request: Reply(request, new Refused(_closed!)); break;
            case ReopenTick: Reopen(); break;
            case LockGranted or Answered or DrainTick or DeadlineTick: break;     // meant for an earlier life
            case LookAgain: break;
            default: OnOther(message); break;
        }
    }

    private void Reopen()
    {
        StoreLock? opened = null;
        try
        {
            Lock = opened = new StoreLock(_lockPath, Self, Settings, OnLongHold, _nextLockPath);
            Open();
            _closed = null;
            Become(Ready);
        }
        catch (Exception cause)
        {
            opened?.Dispose();
            Lock = null!;
            _log.Error(cause, "{Lock} cannot be opened: {Reason}", _lockPath, cause.Message);
            StayClosed(StorageError.From(cause), _backOff.Fail());
        }
    }

    private void StayClosed(StorageError why, TimeSpan wait)
    {
        _closed = why;
        Become(Closed);
        Timers.StartSingleTimer(nameof(ReopenTick), ReopenTick.Instance, wait);
    }

    /// <summary>A sync, a rename or a write has failed in this hold: it is read again before anything else.</summary>
    private void OnLeftInDoubt()
    {
        _doubt = _replies.Select(each => each.Reply).OfType<Refused>().FirstOrDefault()?.Error
            ?? new StorageError(StorageErrorKind.Io, "the last write may not outlive a crash");
        _log.Error("{Lock}: what stands on disk is in doubt: {Reason}", _lockPath, _doubt.Message);
    }

    private void OnLoaded()
    {
        if (_doubt is null) return;
        _log.Info("{Lock}: read again, what stands on disk is certain", _lockPath);
        _doubt = null;
    }

    /// <summary>What those are told who wait for a picture that cannot be had. Of a store that has failed to write it
    /// is that one failure, until it is healed.</summary>
    private StorageError NotLoaded(StorageError cause)
    {
        if (_doubt is null) return cause;
        var wait = _backOff.Fail();
        _log.Error("{Lock} cannot be read again, tried in {Wait}: {Reason}", _lockPath, wait, cause.Message);
        return _doubt = cause with
        {
            Kind = StorageErrorKind.Poisoned,
            Message = $"{_lockPath}: a write failed, and what stands on disk cannot be read: {cause.Message}",
        };
    }

    private void RefuseAll(StorageError error)
    {
        DropAhead();
        var refused = new Refused(error);
        IRequest[] waiting = [.. _queries.TakeAll(), .. _commands.TakeAll()];
        if (_walk is { } walk) Reply(walk.Command, refused);
        _walk = null;
        foreach (var request in waiting) Reply(request, refused);
    }
}
