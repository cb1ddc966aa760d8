// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Akka.Actor;

namespace ActorStorage.Locking;

/// <summary>
/// A lock file as the actor that owns it sees it: taken at once when it is free, else waited for on a thread of its own
/// that tells the actor <see cref="LockGranted"/>. Used on the owner's mailbox only.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileLock _file;
    private readonly IActorRef _owner;
    private readonly LockMeter _meter;

    /// <param name="tooLong">Told of holds that last longer than <see cref="StorageSettings.HoldWarning"/>, see
    /// <see cref="LockMeter"/>.</param>
    /// <param name="nextPath">The second lock file of a store in two places.</param>
    public StoreLock(
        string path, IActorRef owner, StorageSettings settings, Action<LongHold>? tooLong, string? nextPath = null)
    {
        _file = FileLock.OpenChain(path, nextPath);
        (_owner, _meter) = (owner, new LockMeter(path, settings.Time, settings.HoldWarning, tooLong));
    }

    public bool IsWaiting { get; private set; }

    /// <summary>How it is held, or null.</summary>
    public LockMode? Held { get; private set; }

    public FileLock File => _file;

    /// <summary>Whether it is held now. If not, <see cref="LockGranted"/> comes when it is.</summary>
    public bool Request(LockMode mode)
    {
        if (IsWaiting || Held is not null) throw new InvalidOperationException($"{_file.Path} is wanted twice");
        _meter.Request();
        if (_file.TryAcquire(mode))
        {
            Took(mode);
            return true;
        }
        IsWaiting = true;
        LockWait.Begin(_file, mode, failure => _owner.Tell(new LockGranted(this, mode, failure)));
        return false;
    }

    /// <summary>To be called first with every <see cref="LockGranted"/>.</summary>
    public void OnGranted(LockGranted granted)
    {
        IsWaiting = false;
        if (granted.Failure is null) Took(granted.Mode);
    }

    public void Release()
    {
        if (Held is null) throw new InvalidOperationException($"{_file.Path} is not held");
        Held = null;
        _file.Release();
        _meter.LetGo();
    }

    /// <summary>What the hold is used for now.</summary>
    /// <param name="requests">Not changed any more.</param>
    public void Serve(IReadOnlyList<IRequest> requests) => _meter.Serve(requests);

    /// <summary>When the present or the last hold was asked for, and when it began.</summary>
    public (DateTimeOffset RequestedAt, DateTimeOffset TakenAt) Times => (_meter.RequestedAt, _meter.TakenAt);

    public LockStatistics Statistics()
    {
        var statistics = _meter.Snapshot();
        return statistics.Present is null
            ? statistics with { Present = _file.FindHold(LockMode.Exclusive) }
            : statistics;
    }

    /// <summary>What a request is answered whose deadline passed before the lock was free.</summary>
    /// <param name="byWalk">Whether another request of the owner holds it: the kernel names others only.</param>
    public StorageError Expired(bool byWalk)
    {
        var holder = byWalk ? LockHolder.Self() : _file.FindHolder(LockMode.Exclusive);
        var by = byWalk ? "another request of this engine" : holder?.ToString() ?? "nobody any more";
        return new StorageError(
            StorageErrorKind.Locked, $"{_file.Path} was not free before the deadline: held by {by}",
            _file.Path, Holder: holder);
    }

    /// <summary>Also lets the lock go: it belongs to the handle.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _meter.Dispose();
    }

    private void Took(LockMode mode)
    {
        Held = mode;
        _meter.Take(mode);
    }
}

/// <summary>A wait has ended.</summary>
/// <param name="Failure">Null when the lock is held.</param>
internal sealed record LockGranted(StoreLock Lock, LockMode Mode, Exception? Failure) : ILocalMessage;

/// <summary>It may be tried again now.</summary>
internal sealed record ReopenTick : ILocalMessage
{
    public static readonly ReopenTick Instance = new();
}

/// <summary>Some waiting request's deadline has passed.</summary>
internal sealed record DeadlineTick : ILocalMessage
{
    public static readonly DeadlineTick Instance = new();
}
