// SPDX-License-Identifier: Apache-2.0
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>The power goes off, at each effect of each operation, with <c>staging.flush = filesystem</c>.</summary>
public sealed class PowerCutAnywhereSpec(ITestOutputHelper output)
{
    [SkippableTheory]
    [MemberData(nameof(CrashSweep.EveryOperation), MemberType = typeof(CrashSweep))]
    [Trait("kind", "slow")]
    public Task Should_leave_nothing_by_half_where_layers_are_flushed(string operation, string driver) =>
        CrashSweep.RunAsync(output, operation, driver, Death.PowerCut);
}
