// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Bench;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// `holds 1000 10000` and `puts 100 3000`: a distribution and a growth instead of benchmarks.
if (args is ["holds" or "puts", _, ..])
{
    int[] layers = [.. args.Skip(1).Select(count => int.Parse(count, CultureInfo.InvariantCulture))];
    await (args[0] == "holds" ? LockHolds.RunAsync(layers) : LayerPuts.RunAsync(layers));
    return 0;
}

// `flush` or `flush DIRECTORY`: likewise.
if (args is ["flush", .. var disk])
{
    FlushTimes.Run(disk.FirstOrDefault());
    return 0;
}

// `diskuse 1000 10000`: likewise.
if (args is ["diskuse", .. var recorded])
{
    await DiskUseTimes.RunAsync(recorded.Select(count => int.Parse(count, CultureInfo.InvariantCulture)));
    return 0;
}

// `transfer 600` or `transfer 600 1MiB`: likewise, with a chunk-size.
if (args is ["transfer", .. var sizes])
{
    await LayerTransfers.RunAsync(
        int.Parse(sizes.FirstOrDefault() ?? "600", CultureInfo.InvariantCulture), sizes.ElementAtOrDefault(1));
    return 0;
}

// `journal` or `journal "Host=..."`: rates of one run.
if (args is ["journal", .. var connection])
{
    await JournalRates.RunAsync(connection.FirstOrDefault());
    return 0;
}

// `intents 40000` or `intents 40000 "Host=..."`: likewise.
if (args is ["intents", var intents, .. var server])
{
    await JournalIntents.RunAsync(int.Parse(intents, CultureInfo.InvariantCulture), server.FirstOrDefault());
    return 0;
}

// `directory 100 10000`: nodes and layers of each.
if (args is ["directory", var nodes, var each])
{
    await DirectoryQuestions.RunAsync(
        int.Parse(nodes, CultureInfo.InvariantCulture), int.Parse(each, CultureInfo.InvariantCulture));
    return 0;
}

// In this process: a generated project would neither find the central package versions nor add anything here.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(3)
    .WithIterationCount(10);
var config = DefaultConfig.Instance
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(new ArchiveRateColumn());
var summaries = BenchmarkSwitcher.FromAssembly(typeof(ArchiveRateColumn).Assembly).Run(args, config);
return summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
