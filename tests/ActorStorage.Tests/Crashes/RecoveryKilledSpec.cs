// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>The process that clears up after a crash dies as well, at each of its effects.</summary>
public sealed class RecoveryKilledSpec(ITestOutputHelper output) : IDisposable
{
    private const int CrashesOfEvery = 12;
    private const int CrashesOfSome = 4;

    // Those that leave most to do.
    private static readonly string[] Unfinished =
        ["put a layer on another", "delete a layer", "edit an image", "delete a container", "wipe"];

    private readonly CrashSweep _sweep = new(output);

    public static TheoryData<string, string> Operations => CrashSweep.OnEachDriver(Unfinished);

    public void Dispose() => _sweep.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Operations))]
    [Trait("kind", "slow")]
    public async Task Should_leave_the_rest_to_the_next(string operation, string driver)
    {
        await using var trial = _sweep.Begin(operation, driver, Death.Killed);
        var effects = (await trial.PrepareAsync()).Effects.Count;
        var points = CrashSweep.Spread(effects, CrashSweep.IsEvery ? CrashesOfEvery : CrashesOfSome);
        foreach (var point in points[1..^1])
        {
            var crashed = (await trial.CrashAsync(point, Death.Killed)).Root;
            await Mounts.UnmountBelowAsync(crashed.Directory);
            StoreLeftovers.LongAgo(crashed);
            var recovery = new CrashOperation($"recover from {operation}, {point} of {effects}", client =>
                client.ListAllAsync()) { CountsOpening = true };
            await using var second = _sweep.Begin(recovery, crashed);
            await _sweep.StopAtEachAsync(second, Death.Killed);
        }
    }
}
