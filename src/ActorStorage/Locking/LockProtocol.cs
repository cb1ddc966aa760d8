// SPDX-License-Identifier: Apache-2.0
using Akka.Event;

namespace ActorStorage.Locking;

/// <summary>What the owners of locks tell whoever listens, on the actor system's <see cref="EventStream"/>.</summary>
public static class LockProtocol
{
    /// <summary>A lock has been held for longer than <c>actor-storage.locks.hold-warning</c>. Told when that time has
    /// passed, while the lock is still held, and once more when it was let go.</summary>
    /// <param name="Path">The lock file.</param>
    /// <param name="Held">How long, until <paramref name="At"/>.</param>
    /// <param name="Serving">The requests that were served, by their names.</param>
    /// <param name="IsOver">Whether the lock was let go.</param>
    public sealed record LockHeldLong(string Path, TimeSpan Held, string Serving, bool IsOver, DateTimeOffset At)
        : IWireMessage;
}
