// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Soak;

/// <summary>The process that embeds the engine, for several who ask at once. It is killed from outside, and the next
/// one who asks starts another.</summary>
internal sealed class HostBench(StorageRoot root, Figures figures) : IBench, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Life? _life;

    public string Tool => "ours, embedded";

    public bool IsAlive
    {
        get
        {
            lock (_gate) return _life is not null;
        }
    }

    public async Task<Answer> RunAsync(Work work)
    {
        var life = Living();
        var answer = await life.AskAsync(work);
        if (answer.Ending == Ending.Unknown && !life.IsKilled)
        {
            figures.Find("ended badly", $"{Tool} died of itself at {work}");
            lock (_gate) if (_life == life) _life = null;
        }
        return answer;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        Life? life;
        lock (_gate) (life, _life) = (_life, null);
        if (life is null) return;
        figures.Count("killed", Tool);
        life.Kill();
    }

    /// <summary>Lets it end by itself.</summary>
    public async Task EndAsync()
    {
        Life? life;
        lock (_gate) (life, _life) = (_life, null);
        if (life is null) return;
        var status = await life.EndAsync();
        if (status != 0) figures.Find("ended badly", $"{Tool}: exit status {status}");
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Task.CompletedTask;
    }

    private Life Living()
    {
        lock (_gate) return _life ??= new Life(root);
    }

    private sealed class Life
    {
        private readonly Process _process;
        private readonly ConcurrentDictionary<int, TaskCompletionSource<Answer>> _asked = new();
        private readonly Task _reading;
        private readonly Lock _writing = new();
        private int _number;
        private volatile bool _isOver;

        public Life(StorageRoot root)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Life).Assembly.Location, "embed", root.Graph, root.Run])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                WorkingDirectory = root.Directory,
            };
            start.Environment["DOTNET_EnableDiagnostics"] = "0";    // a killed process would leave its socket
            _process = Process.Start(start)!;
            _reading = ReadAsync();
        }

        public bool IsKilled { get; private set; }

        public async Task<Answer> AskAsync(Work work)
        {
            var answer = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
            var number = Interlocked.Increment(ref _number);
            _asked[number] = answer;
            try
            {
                lock (_writing)
                {
                    _process.StandardInput.WriteLine(JsonSerializer.Serialize(new HostRequest(number, work)));
                    _process.StandardInput.Flush();
                }
            }
            catch (IOException)
            {
                // Killed just now.
                answer.TrySetResult(Unknown);
            }
            if (_isOver) answer.TrySetResult(Unknown);
            return await answer.Task;
        }

        public void Kill()
        {
            IsKilled = true;
            _process.Kill();
        }

        public async Task<int> EndAsync()
        {
            lock (_writing) _process.StandardInput.Close();
            await _reading;
            await _process.WaitForExitAsync();
            return _process.ExitCode;
        }

        private static Answer Unknown => new(Ending.Unknown, "", "");

        private async Task ReadAsync()
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                var reply = JsonSerializer.Deserialize<HostReply>(line)!;
                if (_asked.TryRemove(reply.Number, out var asked)) asked.TrySetResult(reply.Answer);
            }
            _isOver = true;
            foreach (var asked in _asked.Values) asked.TrySetResult(Unknown);
        }
    }
}
