// SPDX-License-Identifier: Apache-2.0
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>The process dies, at each effect of each operation.</summary>
public sealed class KilledAnywhereSpec(ITestOutputHelper output)
{
    [SkippableTheory]
    [MemberData(nameof(CrashSweep.EveryOperation), MemberType = typeof(CrashSweep))]
    [Trait("kind", "slow")]
    public Task Should_leave_what_was_acknowledged_and_nothing_by_half(string operation, string driver) =>
        CrashSweep.RunAsync(output, operation, driver, Death.Killed);
}
