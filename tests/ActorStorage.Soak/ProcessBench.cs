// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Soak;

/// <summary>
/// One process for each operation. Some of ours are killed after a random time. Two Go writers take each other's
/// staging directories for stale ones, so that one of them fails: what fails that way is tried again and counted. Ours
/// have one attempt.
/// </summary>
internal sealed class ProcessBench(Tool tool, StorageRoot root, Figures figures, Random random, double killed)
    : IBench
{
    private const int AttemptsMax = 20;
    private const int LifeMinMilliseconds = 60;
    private const int LifeMaxMilliseconds = 900;

    public string Tool => tool.Name;

    public async Task<Answer> RunAsync(Work work)
    {
        if (random.NextDouble() < killed)
            return await KillAsync(work, random.Next(LifeMinMilliseconds, LifeMaxMilliseconds));
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await tool.RunAsync(root, work.Arguments());
            if (outcome.ExitCode == 0) return Done(outcome);
            var isRace = tool != Cli.Tests.Tools.Tool.Ours
                && outcome.Error.Contains("no such file", StringComparison.Ordinal);
            if (!isRace || attempt == AttemptsMax) return Refused(outcome);
            figures.Count("tried again, because Go processes take each other's directories", Tool);
        }
    }

    private async Task<Answer> KillAsync(Work work, int lifeMilliseconds)
    {
        var running = tool.Start(root, work.Arguments());
        await Task.Delay(lifeMilliseconds);
        var outcome = await running.KillAsync();
        if (outcome.ExitCode == 0) return Done(outcome);
        if (outcome.ExitCode != 128 + 9) return Refused(outcome);
        figures.Count("killed", Tool);
        return new Answer(Ending.Unknown, "", "");
    }

    private static Answer Done(Outcome outcome) => new(Ending.Done, "", outcome.Text, outcome.OutputSha256);

    private static Answer Refused(Outcome outcome) =>
        new(Ending.Refused, $"exit {outcome.ExitCode}", $"{outcome.Error}{outcome.Output}".Trim());
}
