// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Bench;

/// <summary>
/// How long layers.lock is held while layers of one file are put into a store of many, as the engine's own meter has
/// it. A distribution, which is why it is no benchmark among the others.
/// </summary>
internal static class LockHolds
{
    private const int Puts = 2_000;

    /// <summary>Prints a line for each number of layers.</summary>
    public static async Task RunAsync(IEnumerable<int> layers)
    {
        Console.WriteLine($"{Puts} layers of one file, {OneFileLayers.AtOnce} at once, into a store of so many:");
        Console.WriteLine("| layers | holds | held ms, median | p99 | longest | waited ms, p99 | full collections |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var count in layers)
        {
            using var root = new BenchRoot();
            await using (var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths)))
            {
                await OneFileLayers.PutAsync(engine, count, blob: null);
            }
            // An engine of its own, so that the meter has seen nothing else.
            await using (var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths)))
            {
                var collections = GC.CollectionCount(GC.MaxGeneration);
                await OneFileLayers.PutAsync(engine, Puts, OneFileLayers.Blob);
                collections = GC.CollectionCount(GC.MaxGeneration) - collections;
                Print(count, collections, await engine.Client.LockStatisticsAsync());
            }
        }
    }

    private static void Print(int layers, int collections, IEnumerable<LockStatistics> locks)
    {
        var seen = locks.Single(one => one.Path.EndsWith("/layers.lock", StringComparison.Ordinal));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {layers} | {seen.Holds} | {seen.Held.Median.TotalMilliseconds:f2}"
                + $" | {seen.Held.Percentile99.TotalMilliseconds:f2} | {seen.Held.Max.TotalMilliseconds:f2}"
                + $" | {seen.Waited.Percentile99.TotalMilliseconds:f2} | {collections} |"));
    }
}
