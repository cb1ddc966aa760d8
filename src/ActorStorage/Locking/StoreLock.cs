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
    private readonly TimeProvider _time;
    private readonly LockMeter _meter;
    private long _requestedAt;
    private long _heldSince;

    /// <param name="nextPath">The second lock file of a store in two places.</param>
    public StoreLock(string path, IActorRef owner, TimeProvider time, string? nextPath = null)
    {
        _file = FileLock.OpenChain(path, nextPath);
        (_owner, _time, _meter) = (owner, time, new LockMeter(path));
    }

    public bool IsWaiting { get; private set; }

    /// <summary>How it is held, or null.</summary>
    public LockMode? Held { get; private set; }

    public FileLock File => _file;

    /// <summary>Whether it is held now. If not, <see cref="LockGranted"/> comes when it is.</summary>
    public bool Request(LockMode mode)
    {
        if (IsWaiting || Held is not null) throw new InvalidOperationException($"{_file.Path} is wanted twice");
        _requestedAt = _time.GetTimestamp();
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
        _meter.Record(_time.GetElapsedTime(_requestedAt, _heldSince), _time.GetElapsedTime(_heldSince));
    }

    public LockStatistics Statistics() => _meter.Snapshot();

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
    public void Dispose() => _file.Dispose();

    private void Took(LockMode mode)
    {
        Held = mode;
        _heldSince = _time.GetTimestamp();
    }
}

/// <summary>A wait has ended.</summary>
/// <param name="Failure">Null when the lock is held.</param>
internal sealed record LockGranted(StoreLock Lock, LockMode Mode, Exception? Failure) : ILocalMessage;

/// <summary>Some waiting request's deadline has passed.</summary>
internal sealed record DeadlineTick : ILocalMessage
{
    public static readonly DeadlineTick Instance = new();
}
