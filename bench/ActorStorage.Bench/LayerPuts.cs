// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace ActorStorage.Bench;

/// <summary>
/// What a layer of one file costs when so many are put into an empty store, from the first message to the last reply.
/// The engine is started before, and code is compiled by a run that does not count: what is left is what grows.
/// </summary>
internal static class LayerPuts
{
    private const int Rounds = 5;

    /// <summary>Prints a line for each number of layers: the median of five rounds, taken in turns.</summary>
    public static async Task RunAsync(IReadOnlyList<int> layers)
    {
        var seconds = layers.ToDictionary(count => count, _ => new List<double>());
        await MeasureAsync(layers.Max());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var count in layers) seconds[count].Add(await MeasureAsync(count));
        }
        Console.WriteLine($"Layers of one file, {OneFileLayers.AtOnce} at once, into an empty store:");
        Console.WriteLine("| layers | s | ms for each |");
        Console.WriteLine("|---|---|---|");
        foreach (var count in layers)
        {
            var median = seconds[count].Order().ElementAt(Rounds / 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {count} | {median:f2} | {1000 * median / count:f2} |"));
        }
    }

    private static async Task<double> MeasureAsync(int count)
    {
        using var root = new BenchRoot();
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths));
        var started = Stopwatch.GetTimestamp();
        await OneFileLayers.PutAsync(engine, count, OneFileLayers.Blob);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
