// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Soak;

/// <summary>The soak as a program: tests/soak has it say what it takes.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["embed", var graph, var run]:
                await EngineHost.RunAsync(graph, run);
                return 0;
            case [var minutes, var seed]
                when double.TryParse(minutes, CultureInfo.InvariantCulture, out var duration)
                    && int.TryParse(seed, CultureInfo.InvariantCulture, out var number):
                return await RunAsync(TimeSpan.FromMinutes(duration), number);
            default:
                await Console.Error.WriteLineAsync("usage: MINUTES SEED");
                return 2;
        }
    }

    private static async Task<int> RunAsync(TimeSpan duration, int seed)
    {
        await using var soak = new SoakRun(seed, Console.WriteLine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        await soak.RunAsync(duration);
        Console.WriteLine(soak.Figures);
        return soak.Figures.Findings == 0 ? 0 : 1;
    }
}
