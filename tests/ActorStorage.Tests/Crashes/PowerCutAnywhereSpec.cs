// SPDX-License-Identifier: Apache-2.0
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>The power goes off, at each effect of each operation, with <c>staging.flush = filesystem</c>.</summary>
public sealed class PowerCutAnywhereSpec(ITestOutputHelper output) : IDisposable
{
    private readonly CrashSweep _sweep = new(output);

    public static TheoryData<string, string> Operations =>
        CrashSweep.OnEachDriver(CrashOperations.All.Select(each => each.Name));

    public void Dispose() => _sweep.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Operations))]
    [Trait("kind", "slow")]
    public async Task Should_leave_nothing_by_half_where_layers_are_flushed(string operation, string driver)
    {
        await using var trial = _sweep.Begin(operation, driver, Death.PowerCut);
        await _sweep.StopAtEachAsync(trial, Death.PowerCut);
    }
}
