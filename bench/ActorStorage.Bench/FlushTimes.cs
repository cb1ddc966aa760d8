// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Bench;

/// <summary>
/// What it costs that a staged layer outlives a power cut: by flushes of the whole file system, by one of each file of
/// the tree, and beside them no flush.
/// </summary>
internal static class FlushTimes
{
    private const int Rounds = 5;
    private static readonly LinuxDisk Disk = new();

    /// <summary>Prints the median of five rounds for each mode, taken in turns.</summary>
    /// <param name="directory">Where the file systems are made; null is memory.</param>
    public static void Run(string? directory)
    {
        var seconds = Enum.GetValues<FlushMode>().ToDictionary(mode => mode, _ => new List<double>());
        foreach (var mode in seconds.Keys) Measure(mode, directory);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (mode, taken) in seconds) taken.Add(Measure(mode, directory));
        }
        var least = Median(seconds[FlushMode.None]);
        Console.WriteLine("| flush | s | ratio |");
        Console.WriteLine("|---|---|---|");
        foreach (var (mode, taken) in seconds)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {mode} | {Median(taken):f2} | {Median(taken) / least:f2} |"));
        }
    }

    private static double Median(List<double> taken) => taken.Order().ElementAt(taken.Count / 2);

    private static double Measure(FlushMode mode, string? directory)
    {
        using var root = new BenchRoot(directory);
        using var driver = LayerDriver.Open(Disk, root.Paths, LayerDriver.Parse(root.Paths, []));
        using var area = new StagingArea(Disk, root.Paths);
        var bytes = RealArchive.Bytes(Packing.Plain);
        var blob = new LayerBlob("layer", () => new MemoryStream(bytes), bytes.Length);
        var task = new StagingTask(
            new NewLayer { Id = LayerId.Random() }, blob, Parent: null, IdMaps.None, mode, Progress: null);

        var started = Stopwatch.GetTimestamp();
        var staged = LayerStaging.Run(Disk, driver, area, task, CancellationToken.None);
        var taken = Stopwatch.GetElapsedTime(started).TotalSeconds;

        staged.Tree.Remove(Disk);
        return taken;
    }
}
