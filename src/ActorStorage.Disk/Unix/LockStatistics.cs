// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Unix;

/// <summary>How long one lock file was waited for and held by this process since it started.</summary>
/// <param name="Path">The lock file.</param>
/// <param name="Holds">How many times it was taken.</param>
public sealed record LockStatistics(string Path, long Holds, DurationSummary Waited, DurationSummary Held)
{
    /// <summary>Who has it at this moment; null when it is free.</summary>
    public LockHold? Present { get; init; }
}

/// <summary>A distribution of durations, exact to one percent.</summary>
public sealed record DurationSummary(TimeSpan Median, TimeSpan Percentile99, TimeSpan Max)
{
    /// <summary>How many durations were how long. The ends are those of
    /// <see cref="Telemetry.DurationBoundaries"/>; the last bucket has none.</summary>
    public ImmutableArray<DurationBucket> Buckets { get; init; } = [];
}

/// <param name="UpTo">The longest that counts here; what is shorter than the bucket before counts there.</param>
public readonly record struct DurationBucket(TimeSpan UpTo, long Count);

/// <summary>A lock that is held now.</summary>
/// <param name="Holder">Null when the process cannot be found: it is another user's, or in another namespace.</param>
/// <param name="For">How long it has been held; null when it is not ours, because the kernel does not say.</param>
/// <param name="Serving">What is done in this hold, in the words of the protocols; empty when it is not ours.</param>
public sealed record LockHold(LockHolder? Holder, LockMode Mode, TimeSpan? For = null, string Serving = "")
{
    public override string ToString() => Holder?.ToString() ?? "a process that cannot be seen from here";
}

/// <summary>A hold has lasted longer than it should.</summary>
/// <param name="Held">Until now.</param>
/// <param name="Serving">What is done in this hold.</param>
/// <param name="IsOver">Told twice: when the limit has passed, and when the lock was let go.</param>
public sealed record LongHold(string Path, TimeSpan Held, string Serving, bool IsOver);
