// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>
/// Rounds in which processes of ours are killed with SIGKILL after a random time, while Go processes work in the same
/// root. <c>ACTORSTORAGE_CRASH_ROUNDS</c> says how many, <c>ACTORSTORAGE_CRASH_SEED</c> which.
/// </summary>
public sealed class KilledAtRandomSpec
{
    private const int Ours = 4;
    private const int GoWriters = 2;
    private const int AttemptsMax = 20;

    // A process that imports a layer is at work after 150 ms and done after 400 on a machine that does nothing else.
    private const int LifeMaxMilliseconds = 900;
    private static readonly int Rounds = Number("ACTORSTORAGE_CRASH_ROUNDS", Everything.Else(3, all: 6));
    private static readonly int Seed = Number("ACTORSTORAGE_CRASH_SEED", 1);

    [SkippableFact]
    [Trait("kind", "slow")]
    public async Task Should_lose_nothing_and_leave_nothing_beside_processes_of_the_Go_tool()
    {
        Tool.Require(Tool.GoNewest, Tool.Ours);
        await using var root = new StorageRoot();
        string[] files =
        [
            LayerArchive.Small(1).SaveAs(root.File("1.tar")),
            LayerArchive.ManyFiles(2, 200).SaveAs(root.File("2.tar")),
            LayerArchive.Large(3, 8).SaveAs(root.File("3.tar")),
        ];
        var random = new Random(Seed);
        var killed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var ours = Enumerable.Range(0, Ours).Select(number => new OurWork(
                string.Create(CultureInfo.InvariantCulture, $"ours-{round}-{number}"), files[number % files.Length],
                random.Next(LifeMaxMilliseconds), random.Next(3)));
            var go = Enumerable.Range(0, GoWriters).Select(number => WorkAsync(
                root, string.Create(CultureInfo.InvariantCulture, $"go-{round}-{number}"), files[number]));
            var ends = ours.Select(work => work.RunAsync(root)).ToArray();
            var made = (await Task.WhenAll(go)).SelectMany(ids => ids).ToArray();
            var outcomes = await Task.WhenAll(ends);
            killed += outcomes.Count(outcome => outcome.WasKilled);

            await JudgeAsync(root, round, made, outcomes);
            await Tool.GoNewest.MustAsync(root, "wipe");
        }
        Assert.True(killed > 0, "nobody was killed");
    }

    /// <summary>Every layer that somebody was told of is there, whole, and nothing of the others but whole layers.
    /// </summary>
    private static async Task JudgeAsync(StorageRoot root, int round, string[] made, OurOutcome[] outcomes)
    {
        await (round % 2 == 0 ? Tool.Ours : Tool.GoNewest).MustAsync(root, "layers");
        await Tool.Ours.MustAsync(root, "layers");
        await LayerList.CleanAsync(root);
        await LayerList.SameAsync(Tool.Ours, Tool.GoNewest, root);
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, root);
        var there = (await LayerList.IdsAsync(Tool.GoNewest, root)).ToHashSet(StringComparer.Ordinal);
        var acknowledged = made.Concat(outcomes.SelectMany(outcome => outcome.Made)).ToHashSet(StringComparer.Ordinal);
        var gone = outcomes.SelectMany(outcome => outcome.Gone).ToHashSet(StringComparer.Ordinal);
        var inDoubt = outcomes.SelectMany(outcome => outcome.InDoubt);
        Assert.Subset(there, acknowledged);
        Assert.Subset(acknowledged.Concat(inDoubt).ToHashSet(StringComparer.Ordinal), there);
        Assert.Empty(there.Intersect(gone));
    }

    /// <summary>What the Go tool makes beside: a layer that stays, and others that come and go with an image and a
    /// container.</summary>
    private static async Task<string[]> WorkAsync(StorageRoot root, string name, string file)
    {
        await RepeatAsync(root, "import-layer", "-i", name, "-f", file);
        await RepeatAsync(root, "create-layer", "-i", $"{name}-top", name);
        await Tool.GoNewest.MustAsync(root, "create-image", "-i", $"{name}-image", $"{name}-top");
        await RepeatAsync(root, "create-container", "-i", $"{name}-container", $"{name}-image");
        await Tool.GoNewest.MustAsync(root, "mount", $"{name}-container");
        await Tool.GoNewest.MustAsync(root, "unmount", $"{name}-container");
        await Tool.GoNewest.MustAsync(root, "delete-container", $"{name}-container");
        // With the layer on the one that stays, which would go too if nothing else needed it.
        await Tool.GoNewest.MustAsync(root, "delete", $"{name}-image");
        return [name, $"{name}-top"];
    }

    /// <summary>Two Go processes take each other's staging directories for stale ones: see
    /// <see cref="BothAtOnceSpec"/>.</summary>
    private static async Task RepeatAsync(StorageRoot root, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await Tool.GoNewest.RunAsync(root, arguments);
            if (outcome.ExitCode == 0) return;
            if (attempt == AttemptsMax || !outcome.Error.Contains("no such file", StringComparison.Ordinal))
                outcome.Succeeded();
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    /// <summary>What came of one of our processes.</summary>
    /// <param name="Made">Layers that it was told of.</param>
    /// <param name="Gone">Those it was told are deleted.</param>
    /// <param name="InDoubt">Those that may be there or not.</param>
    private sealed record OurOutcome(bool WasKilled, string[] Made, string[] Gone, string[] InDoubt);

    /// <summary>A layer is made, one is put on it, and one of the two is deleted again; the process that is at it after
    /// some time is killed, and then nothing follows.</summary>
    private sealed record OurWork(string Name, string File, int LifeMilliseconds, int KilledStep)
    {
        public async Task<OurOutcome> RunAsync(StorageRoot root)
        {
            string[][] steps =
            [
                ["import-layer", "-i", Name, "-f", File],
                ["import-layer", "-i", $"{Name}-top", "-f", File, Name],
                ["delete-layer", $"{Name}-top"],
            ];
            for (var step = 0; step < KilledStep; step++) await Tool.Ours.MustAsync(root, steps[step]);
            var running = Tool.Ours.Start(root, steps[KilledStep]);
            await Task.Delay(LifeMilliseconds);
            return Of(isDone: (await running.KillAsync()).ExitCode == 0);
        }

        private OurOutcome Of(bool isDone)
        {
            var top = $"{Name}-top";
            return (KilledStep, isDone) switch
            {
                (0, true) => new(false, [Name], [], []),
                (0, false) => new(true, [], [], [Name]),
                (1, true) => new(false, [Name, top], [], []),
                (1, false) => new(true, [Name], [], [top]),
                (_, true) => new(false, [Name], [top], []),
                _ => new(true, [Name], [], [top]),
            };
        }
    }
}
