// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Bench;

/// <summary>How long it takes to say what layers take up on disk: from memory, and once after a start, from what was
/// written down or, without that, by a walk.</summary>
internal static class DiskUseTimes
{
    private const int Questions = 200;
    private const int AtOnce = 8;

    /// <summary>Prints a line for each number of layers.</summary>
    public static async Task RunAsync(IEnumerable<int> layers)
    {
        Console.WriteLine($"{Questions} questions to an engine of so many layers, one to each of two others:");
        Console.WriteLine("| layers | ms, median | p99 | longest | after a start, ms | by a walk, ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var count in layers)
        {
            using var root = new BenchRoot();
            var times = new List<double>();
            await using (var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths)))
            {
                await PutAsync(engine, count);
                await AskAsync(engine, count);
                for (var i = 0; i < Questions; i++) times.Add(await AskAsync(engine, count));
            }
            times.Sort();
            var remembered = await FirstAsync(root, count);
            File.Delete(Path.Combine(root.Paths.GraphRoot, "actor-storage.sizes"));
            var walked = await FirstAsync(root, count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} | {times[Questions / 2]:f1} | {times[Questions * 99 / 100]:f1} | {times[^1]:f1}"
                    + $" | {remembered:f0} | {walked:f0} |"));
        }
    }

    /// <summary>The first answer of another engine.</summary>
    private static async Task<double> FirstAsync(BenchRoot root, int count)
    {
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths));
        return await AskAsync(engine, count);
    }

    private static async Task<double> AskAsync(StorageEngine engine, int count)
    {
        var started = Stopwatch.GetTimestamp();
        var use = await engine.Client.DiskUseAsync();
        if (use.Use.Layers.Count != count) throw new InvalidOperationException($"{use.Use.Layers.Count} layers");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static Task PutAsync(StorageEngine engine, int count) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (_, cancellation) => await engine.Client.PutLayerAsync(
            new PutLayer(new NewLayer { Id = LayerId.Random() }), cancellation: cancellation));
}
