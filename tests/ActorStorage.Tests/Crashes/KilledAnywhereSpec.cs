// SPDX-License-Identifier: Apache-2.0
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>The process dies, at each effect of each operation.</summary>
public sealed class KilledAnywhereSpec(ITestOutputHelper output) : IDisposable
{
    private readonly CrashSweep _sweep = new(output);

    public static TheoryData<string, string> Operations =>
        CrashSweep.OnEachDriver(CrashOperations.All.Select(each => each.Name));

    public void Dispose() => _sweep.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Operations))]
    [Trait("kind", "slow")]
    public async Task Should_leave_what_was_acknowledged_and_nothing_by_half(string operation, string driver)
    {
        await using var trial = _sweep.Begin(operation, driver, Death.Killed);
        await _sweep.StopAtEachAsync(trial, Death.Killed);
    }
}
