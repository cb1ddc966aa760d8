// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>
/// Every operation is stopped at each of its effects on the disk; then somebody else comes. With
/// <c>ACTORSTORAGE_CRASH_ALL=1</c> at each, else at some.
/// </summary>
public sealed class CrashAtAnyStepSpec(ITestOutputHelper output) : IDisposable
{
    private const int PointsOfSome = 8;
    private static readonly bool IsEvery = Environment.GetEnvironmentVariable("ACTORSTORAGE_CRASH_ALL") == "1";
    private readonly ActorSystem _system = CrashEngine.NewSystem();

    public static TheoryData<string, string> Operations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var operation in CrashOperations.All)
            {
                data.Add(operation.Name, "overlay");
                data.Add(operation.Name, "vfs");
            }
            return data;
        }
    }

    public void Dispose() => _system.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Operations))]
    [Trait("kind", "slow")]
    public Task Should_leave_no_trace_of_a_process_that_was_killed(string operation, string driver) =>
        RunAsync(operation, driver, Death.Killed);

    /// <summary>With <c>staging.flush = filesystem</c>, nothing is lost that anybody was told of, and nothing is there by
    /// half.</summary>
    [SkippableTheory]
    [MemberData(nameof(Operations))]
    [Trait("kind", "slow")]
    public Task Should_leave_no_trace_of_a_machine_that_lost_its_power(string operation, string driver) =>
        RunAsync(operation, driver, Death.PowerCut);

    private async Task RunAsync(string name, string driver, Death death)
    {
        Tool.Require(Tool.GoNewest);
        var operation = CrashOperations.All.Single(each => each.Name == name);
        var flush = death == Death.PowerCut ? FlushMode.FileSystem : FlushMode.None;
        await using var trial = new CrashTrial(_system, operation, driver) { Flush = flush };
        var whole = await trial.PrepareAsync();
        var verdict = new CrashVerdict(_system, trial, whole, death);
        var faults = new List<string>();
        var points = Points(whole.Effects.Count + 1);
        foreach (var point in points)
        {
            var crashed = await trial.CrashAsync(point, death);
            await using (crashed.Root)
            {
                if (await verdict.FaultAsync(crashed, goFirst: point % 2 == 0) is { } fault)
                    faults.Add($"{point} of {whole.Effects.Count}, before {Text(crashed)}:\n{fault}");
            }
        }
        output.WriteLine($"{name}, {driver}: {points.Count} points of {whole.Effects.Count + 1}, {faults.Count} failures");
        Assert.True(faults.Count == 0, string.Join("\n\n", faults.Take(10)));
    }

    /// <summary>From the first effect to the one after the last.</summary>
    private static IReadOnlyList<int> Points(int count) => IsEvery || count <= PointsOfSome
        ? [.. Enumerable.Range(1, count)]
        : [.. Enumerable.Range(0, PointsOfSome).Select(i => 1 + (i * (count - 1) / (PointsOfSome - 1)))];

    private static string Text(CrashedRoot crashed) =>
        crashed.Last?.ToString().Replace(crashed.Root.Directory, "", StringComparison.Ordinal) ?? "the end";
}
