// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Bench;

/// <summary>
/// How long layers.lock is held while layers of one file are put into a store of many, as the engine's own meter has
/// it. A distribution, which is why it is no benchmark among the others.
/// </summary>
internal static class LockHolds
{
    private const int Puts = 2_000;
    private const int AtOnce = 8;

    /// <summary>Prints a line for each number of layers.</summary>
    public static async Task RunAsync(IEnumerable<int> layers)
    {
        Console.WriteLine($"{Puts} layers of one file, {AtOnce} at once, into a store of so many:");
        Console.WriteLine("| layers | holds | held ms, median | p99 | longest | waited ms, p99 |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var count in layers)
        {
            using var root = new BenchRoot();
            await using (var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths)))
            {
                await PutAsync(engine, count, blob: null);
            }
            // An engine of its own, so that the meter has seen nothing else.
            await using (var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths)))
            {
                await PutAsync(engine, Puts, OneFile());
                Print(count, await engine.Client.LockStatisticsAsync());
            }
        }
    }

    private static Task PutAsync(StorageEngine engine, int count, LayerBlob? blob) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (_, cancellation) => await engine.Client.PutLayerAsync(
            new PutLayer(new NewLayer { Id = LayerId.Random() }, blob), cancellation: cancellation));

    private static void Print(int layers, IEnumerable<LockStatistics> locks)
    {
        var seen = locks.Single(one => one.Path.EndsWith("/layers.lock", StringComparison.Ordinal));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {layers} | {seen.Holds} | {seen.Held.Median.TotalMilliseconds:f2}"
                + $" | {seen.Held.Percentile99.TotalMilliseconds:f2} | {seen.Held.Max.TotalMilliseconds:f2}"
                + $" | {seen.Waited.Percentile99.TotalMilliseconds:f2} |"));
    }

    private static LayerBlob OneFile()
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "file")
            {
                DataStream = new MemoryStream("one file"u8.ToArray()),
            });
        }
        var bytes = archive.ToArray();
        return new LayerBlob("layer", () => new MemoryStream(bytes), bytes.Length);
    }
}
