// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Bench;

/// <summary>
/// What it costs that a staged layer outlives a power cut: not at all, by flushes of the whole file system as the
/// engine does it, or by one of each file of the tree, with as many threads as keep the medium busy.
/// </summary>
internal static class FlushTimes
{
    private const int Rounds = 5;
    private const int TreeThreads = 8;
    private static readonly LinuxDisk Disk = new();

    private enum Way
    {
        None,
        FileSystem,
        Tree,
    }

    /// <summary>Prints the median of five rounds for each way, taken in turns.</summary>
    /// <param name="directory">Where the file systems are made; null is memory.</param>
    public static void Run(string? directory)
    {
        var seconds = Enum.GetValues<Way>().ToDictionary(way => way, _ => new List<double>());
        foreach (var way in seconds.Keys) Measure(way, directory);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (way, taken) in seconds) taken.Add(Measure(way, directory));
        }
        var least = Median(seconds[Way.None]);
        Console.WriteLine("| flush | s | ratio |");
        Console.WriteLine("|---|---|---|");
        foreach (var (way, taken) in seconds)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {way} | {Median(taken):f2} | {Median(taken) / least:f2} |"));
        }
    }

    private static double Median(List<double> taken) => taken.Order().ElementAt(taken.Count / 2);

    private static double Measure(Way way, string? directory)
    {
        using var root = new BenchRoot(directory);
        using var driver = LayerDriver.Open(Disk, root.Paths, LayerDriver.Parse(root.Paths, []));
        using var area = new StagingArea(Disk, root.Paths);
        var bytes = RealArchive.Bytes(Packing.Plain);
        var blob = new LayerBlob("layer", () => new MemoryStream(bytes), bytes.Length);
        var mode = way == Way.FileSystem ? FlushMode.FileSystem : FlushMode.None;
        var task = new StagingTask(
            new NewLayer { Id = LayerId.Random() }, blob, Parent: null, IdMaps.None, mode, Progress: null);

        var started = Stopwatch.GetTimestamp();
        var staged = LayerStaging.Run(Disk, driver, area, task, CancellationToken.None);
        if (way == Way.Tree) FlushTree(area.Trees.Directory.Path);
        var taken = Stopwatch.GetElapsedTime(started).TotalSeconds;

        staged.Tree.Remove(Disk);
        return taken;
    }

    private static void FlushTree(string top)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        var all = new DirectoryInfo(top).EnumerateFileSystemInfos("*", options)
            .Where(each => each.LinkTarget is null);
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = TreeThreads }, each =>
        {
            using var directory = Disk.OpenDirectory(each is FileInfo file ? file.DirectoryName! : each.FullName);
            if (each is DirectoryInfo)
            {
                Disk.Sync(directory);
                return;
            }
            using var opened = Disk.OpenFile(directory, each.Name);
            Disk.SyncData(opened);
        });
    }
}
