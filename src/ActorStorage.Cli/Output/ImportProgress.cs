// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Output;

/// <summary>What is known of one layer that is being imported. Written by the engine, read by whoever draws.</summary>
internal sealed class LayerProgress(string file, Action<LayerProgress> finished) : IProgress<StagingProgress>
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private volatile StagingProgress? _latest;
    private volatile string? _ending;

    public bool IsFinished => _ending is not null;

    public void Report(StagingProgress value) => _latest = value;

    /// <param name="ending">What became of it.</param>
    public void Finish(string ending)
    {
        _ending = ending;
        finished(this);
    }

    public string Line(int width)
    {
        var latest = _latest;
        return ProgressLine.Render(
            file, Phase(latest), latest?.BlobBytes ?? 0, latest?.Entries ?? 0, Elapsed, width);
    }

    /// <summary>The line that stays.</summary>
    public string LastLine()
    {
        var latest = _latest;
        var (bytes, files) = (latest?.BlobBytes ?? 0, latest?.Entries ?? 0);
        return $"{file}: {_ending} ({files} files, {ProgressLine.Size(bytes)}, {Elapsed.TotalSeconds:0.0} s)";
    }

    private static string Phase(StagingProgress? progress) => progress?.Phase switch
    {
        null or StagingPhase.Queued => "queued",
        StagingPhase.Unpacking => "unpacking",
        StagingPhase.Flushing => "flushing",
        StagingPhase.Committing => "committing",
        StagingPhase.Committed => "committed",
        _ => "failed",
    };

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);
}

/// <summary>
/// Progress on the error stream. On a terminal the layers under way have a line each, drawn over ten times a second;
/// elsewhere each layer gets one line when it is done.
/// </summary>
internal sealed class ImportProgress : IAsyncDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private const int WidthUnknown = 80;
    private readonly Lock _drawing = new();
    private readonly Terminal _terminal;
    private readonly IReadOnlyList<string> _files;
    private readonly bool _quiet;
    private readonly List<LayerProgress> _underWay = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _redrawing;
    private int _linesDrawn;

    public ImportProgress(Terminal terminal, IReadOnlyList<string> files, bool quiet)
    {
        (_terminal, _files, _quiet) = (terminal, files, quiet);
        _redrawing = quiet || !terminal.ErrorIsTerminal ? Task.CompletedTask : RedrawAsync();
    }

    /// <summary>Starts the clock of one file.</summary>
    public LayerProgress Of(int index)
    {
        var progress = new LayerProgress(_files[index], OnFinished);
        lock (_drawing) _underWay.Add(progress);
        return progress;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _redrawing;
        lock (_drawing) Draw([]);
        _stopping.Dispose();
    }

    private void OnFinished(LayerProgress finished)
    {
        lock (_drawing)
        {
            _underWay.Remove(finished);
            if (!_quiet) Draw([finished.LastLine()]);
        }
    }

    private async Task RedrawAsync()
    {
        using var timer = new PeriodicTimer(Redraw);
        while (!_stopping.IsCancellationRequested)
        {
            lock (_drawing) Draw([]);
            try
            {
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Wipes what was drawn, writes the lines that stay, and draws what is under way below them.</summary>
    private void Draw(IReadOnlyList<string> lasting)
    {
        var text = new StringBuilder();
        if (_linesDrawn > 0) text.Append($"\u001b[{_linesDrawn}A\u001b[J");
        foreach (var line in lasting) text.Append(line).Append('\n');
        _linesDrawn = 0;
        if (_terminal.ErrorIsTerminal && !_quiet && !_stopping.IsCancellationRequested)
        {
            var width = Width();
            foreach (var layer in _underWay) text.Append(layer.Line(width)).Append('\n');
            _linesDrawn = _underWay.Count;
        }
        if (text.Length > 0) _terminal.Error(text.ToString());
    }

    private static int Width() => Console.WindowWidth is > 0 and var width ? width : WidthUnknown;
}
