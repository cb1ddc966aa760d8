// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Soak;

/// <summary>
/// Everybody writes into one root at the same time: processes of our command line and a process that embeds the engine,
/// both killed at random, two versions of the Go tool, skopeo, buildah and podman. Round after round; between them
/// nobody works, and the <see cref="Judge"/> looks.
/// </summary>
internal sealed class SoakRun : IAsyncDisposable
{
    private const int OfOurProcesses = 3;
    private const int OfTheHost = 3;
    private const int OfGoNewest = 2;
    private const int ContainersReadBetween = 3;
    private const double KilledProcesses = 0.25;
    private static readonly TimeSpan RoundMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PauseOfGo = TimeSpan.FromMilliseconds(100);
    private readonly Action<string> _say;
    private readonly Random _random;
    private readonly int _seed;
    private readonly HostBench _host;
    private readonly List<(Writer Writer, TimeSpan Pause)> _writers = [];
    private readonly FamilyWriter _family;

    /// <param name="seed">Draws the schedule: who does what, and who is killed after how long.</param>
    public SoakRun(int seed, Action<string> say)
    {
        (_seed, _say, _random) = (seed, say, new Random(seed));
        Figures = new Figures(say);
        Archives = new Archives(Root);
        Ledger = new Ledger(Root.File("ledger"));
        Judge = new Judge(Root, Ledger, Figures);
        _host = new HostBench(Root, Figures);
        _family = new FamilyWriter(Root, Ledger, Figures);
        for (var i = 0; i < OfOurProcesses; i++) Add($"ours-{i}", Tool.Ours, TimeSpan.Zero);
        for (var i = 0; i < OfTheHost; i++) Add($"host-{i}", _host, PauseOfGo);
        for (var i = 0; i < OfGoNewest; i++) Add($"go-{i}", Tool.GoNewest, PauseOfGo);
        Add("old-go", Tool.GoStable, PauseOfGo);
    }

    public StorageRoot Root { get; } = new();

    public Figures Figures { get; }

    public Archives Archives { get; }

    public Ledger Ledger { get; }

    public Judge Judge { get; }

    public async Task RunAsync(TimeSpan duration)
    {
        var started = TimeProvider.System.GetTimestamp();
        await ShareAsync();
        for (var round = 1; ; round++)
        {
            var rest = duration - TimeProvider.System.GetElapsedTime(started);
            if (rest <= TimeSpan.Zero) break;
            await RoundAsync(rest < RoundMax ? rest : RoundMax);
            await Judge.LookAsync(ContainersReadBetween, _host.IsAlive);
            foreach (var (writer, _) in _writers) writer.Wake();
            Figures.Count("rounds", "looked at");
            _say(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {Figures.Of("operations")} operations, {Figures.Of("killed")} killed, "
                + $"{Figures.Findings} findings"));
        }
        await _host.EndAsync();
        await Judge.LookAsync(int.MaxValue);
        await Judge.EndAsync();
    }

    /// <summary>What all write to.</summary>
    public async Task ShareAsync()
    {
        var bench = new ProcessBench(Tool.Ours, Root, Figures, _random, killed: 0);
        var (file, sum) = Archives.Layers[0];
        (Work Work, Change Change)[] shared =
        [
            (new Work("import-layer", Writer.SharedLayer, File: file), new($"layer/{Writer.SharedLayer}", sum)),
            (new Work("create-image", Writer.SharedImage, Writer.SharedLayer),
                new($"image/{Writer.SharedImage}", Writer.SharedLayer)),
            (new Work("create-container", Writer.SharedContainer, Writer.SharedImage),
                new($"container/{Writer.SharedContainer}", Writer.SharedImage)),
        ];
        foreach (var (work, change) in shared)
        {
            var answer = await bench.RunAsync(work);
            Ledger.Record(bench.Tool, work, [change], answer.Ending);
            if (answer.Ending != Ending.Done) throw new InvalidOperationException($"{work}: {answer.Text}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Ledger.Dispose();
        await Root.DisposeAsync();
    }

    private void Add(string name, Tool tool, TimeSpan pause)
    {
        var killed = tool == Tool.Ours ? KilledProcesses : 0;
        Add(name, new ProcessBench(tool, Root, Figures, NextRandom(), killed), pause);
    }

    private void Add(string name, IBench bench, TimeSpan pause) =>
        _writers.Add((new Writer(name, bench, Ledger, Figures, Archives, NextRandom()), pause));

    private Random NextRandom() => new(HashCode.Combine(_seed, _writers.Count, _random.Next()));

    private async Task RoundAsync(TimeSpan duration)
    {
        using var ending = new CancellationTokenSource(duration);
        Task[] working =
        [
            .. _writers.Select(each => each.Writer.WorkAsync(each.Pause, ending.Token)),
            _family.WorkAsync(ending.Token),
        ];
        await KillHostAsync(duration, ending.Token);
        await Task.WhenAll(working);
        // By turns it ends well, and lives on.
        if (_random.Next(2) == 0) await _host.EndAsync();
    }

    private async Task KillHostAsync(TimeSpan duration, CancellationToken ending)
    {
        while (true)
        {
            var life = _random.NextDouble() * duration / 2;
            await Task.Delay(life, ending).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (ending.IsCancellationRequested) return;
            _host.Kill();
        }
    }
}
