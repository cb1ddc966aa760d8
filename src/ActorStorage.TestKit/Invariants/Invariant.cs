// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.TestKit.Invariants;

/// <summary>What is true of a store that nobody works on.</summary>
public enum Invariant
{
    /// <summary>Nothing is half made, and nothing that was deleted waits to be removed.</summary>
    NothingStaged,

    /// <summary>Every record has its directories, and every directory its record.</summary>
    IndexAndDirectoriesAgree,

    /// <summary>The engine's own check finds nothing.</summary>
    ChecksClean,

    /// <summary>Nobody holds a lock of the store, and nobody waits for one.</summary>
    LocksFree,

    /// <summary>No lease is open.</summary>
    NoLeases,

    /// <summary>Nothing but the driver's home is mounted, and nothing is counted as mounted.</summary>
    NothingMounted,
}

/// <summary>An invariant that does not hold.</summary>
/// <param name="Text">One line for people, which names the thing.</param>
public sealed record Violation(Invariant Invariant, string Text)
{
    public override string ToString() => $"{Invariant}: {Text}";
}

/// <summary>Fails a test with everything that is not as it must be.</summary>
public sealed class InvariantException(IReadOnlyList<Violation> violations) : Exception(
    "the store is not as it must be:\n" + string.Join('\n', violations))
{
    public IReadOnlyList<Violation> Violations => violations;
}

/// <summary>What is allowed at the end of a test, and how long the end may take.</summary>
public sealed record InvariantOptions
{
    /// <summary>Open leases are no violation, and the layers that stand for them neither.</summary>
    public bool AllowLeases { get; init; }

    /// <summary>Mounted layers are no violation.</summary>
    public bool AllowMounts { get; init; }

    /// <summary>Documents under a temporary name are no violation: a killed process leaves them, and collectors remove
    /// them when they are an hour old.</summary>
    public bool AllowUnfinished { get; init; }

    /// <summary>How the engine checks; the default compares every tree with its archive.</summary>
    public Disk.CheckOptions Check { get; init; } = Disk.CheckOptions.Default;

    /// <summary>How long what still goes on may take: removal of deleted trees, above all.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
