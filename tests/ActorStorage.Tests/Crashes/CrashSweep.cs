// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Faults;
using ActorStorage.Tests.Faults;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>
/// Stops an operation at each of its effects on the disk, and lets somebody else come afterwards. With
/// <c>ACTORSTORAGE_CRASH_ALL=1</c> at each, else at some.
/// </summary>
internal sealed class CrashSweep(ITestOutputHelper output) : IDisposable
{
    private const int PointsOfSome = 3;
    private readonly ActorSystem _system = CrashEngine.NewSystem();

    public static bool IsEvery { get; } = Environment.GetEnvironmentVariable("ACTORSTORAGE_CRASH_ALL") == "1";

    public static TheoryData<string, string> EveryOperation =>
        OnEachDriver(CrashOperations.All.Select(each => each.Name));

    /// <summary>The whole of a test: the operation, stopped at its effects in one way to die.</summary>
    public static async Task RunAsync(ITestOutputHelper output, string operation, string driver, Death death)
    {
        using var sweep = new CrashSweep(output);
        await using var trial = sweep.Begin(operation, driver, death);
        await sweep.StopAtEachAsync(trial, death);
    }

    public static TheoryData<string, string> OnEachDriver(IEnumerable<string> operations)
    {
        var data = new TheoryData<string, string>();
        foreach (var operation in operations)
        {
            data.Add(operation, "overlay");
            data.Add(operation, "vfs");
        }
        return data;
    }

    public CrashTrial Begin(string operation, string driver, Death death)
    {
        Tool.Require(Tool.GoNewest);
        var flush = death == Death.PowerCut ? FlushMode.FileSystem : FlushMode.None;
        return Begin(CrashOperations.All.Single(each => each.Name == operation), new StorageRoot(driver), flush);
    }

    public CrashTrial Begin(CrashOperation operation, StorageRoot template, FlushMode flush = FlushMode.None) =>
        new(_system, operation, template) { Flush = flush };

    /// <summary>From the first effect to the one after the last.</summary>
    public async Task StopAtEachAsync(CrashTrial trial, Death death)
    {
        var whole = await trial.PrepareAsync();
        var verdict = new CrashVerdict(_system, trial, whole, death);
        var faults = new List<string>();
        var count = whole.Effects.Count + 1;
        var points = IsEvery ? [.. Enumerable.Range(1, count)] : Spread(count, PointsOfSome);
        foreach (var point in points)
        {
            var crashed = await trial.CrashAsync(point, death);
            await using (crashed.Root)
            {
                if (await verdict.FaultAsync(crashed, goFirst: point % 2 == 0) is { } fault)
                    faults.Add($"{point} of {count}, before {Text(crashed)}:\n{fault}");
            }
        }
        output.WriteLine($"{trial.Operation}, {death}: stopped at {points.Length} of {count}, {faults.Count} failures");
        Assert.True(faults.Count == 0, string.Join("\n\n", faults.Take(10)));
    }

    /// <summary>Stops before the n-th rename to a name, and looks at what is left.</summary>
    public async Task StopBeforeRenameAsync(CrashTrial trial, string to, int n)
    {
        var verdict = new CrashVerdict(_system, trial, await trial.PrepareAsync(), Death.Killed);
        foreach (var goFirst in (bool[])[false, true])
        {
            var seen = 0;
            using var disk = new CrashingDisk
            {
                StopBefore = effect => effect is { Kind: EffectKind.Rename }
                    && effect.Path.EndsWith(to, StringComparison.Ordinal) && ++seen == n,
            };
            var crashed = await trial.CrashAsync(disk, Death.Killed);
            await using (crashed.Root)
            {
                Assert.True(disk.HasStopped, $"there was no rename to {to}");
                Assert.Null(await verdict.FaultAsync(crashed, goFirst));
            }
        }
    }

    public void Dispose() => _system.Dispose();

    /// <summary>So many numbers from 1 to the last, both included.</summary>
    public static int[] Spread(int last, int count) => last <= count
        ? [.. Enumerable.Range(1, last)]
        : [.. Enumerable.Range(0, count).Select(i => 1 + (i * (last - 1) / (count - 1)))];

    private static string Text(CrashedRoot crashed) =>
        crashed.Last?.ToString().Replace(crashed.Root.Directory, "", StringComparison.Ordinal) ?? "the end";
}
