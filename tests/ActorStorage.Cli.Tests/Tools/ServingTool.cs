// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary><c>actor-storage serve</c> in a process of its own.</summary>
public sealed class ServingTool : IAsyncDisposable
{
    private readonly StorageRoot _root;
    private readonly RunningTool _running;
    private readonly string _log;
    private readonly IReadOnlyList<string> _on;

    private ServingTool(
        StorageRoot root, RunningTool running, string log, string node, IReadOnlyList<string> on) =>
        (_root, _running, _log, Node, _on) = (root, running, log, node, on);

    /// <summary>HOST:PORT.</summary>
    public string Node { get; }

    public bool HasEnded { get; private set; }

    public string Says => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>It is a member of its cluster when this returns.</summary>
    /// <param name="node">HOST:PORT; null for a free port of loopback.</param>
    public static Task<ServingTool> StartAsync(StorageRoot root, string? node = null, params string[] arguments) =>
        StartAsync(root, node, [], arguments);

    /// <inheritdoc cref="StartAsync(StorageRoot, string?, string[])"/>
    public static async Task<ServingTool> StartAsync(
        StorageRoot root, string? node, (string Variable, string Value)[] environment, params string[] arguments)
    {
        var serving = Begin(root, node ?? $"127.0.0.1:{FreePort()}", [], environment, arguments);
        await serving.JoinedAsync();
        return serving;
    }

    /// <summary>It may not even listen yet when this returns.</summary>
    /// <param name="on">The words by which programs are run on its machine; none for this one.</param>
    public static ServingTool Begin(
        StorageRoot root, string node, IReadOnlyList<string> on, (string Variable, string Value)[] environment,
        params string[] arguments)
    {
        var log = root.File($"serve-{Guid.NewGuid():N}.log");
        // What it says is read while it runs.
        IReadOnlyList<string> serve =
        [
            .. on, "sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, Tool.Ours.Path,
            .. root.GlobalOptions, "serve", "--listen", node, .. arguments,
        ];
        var running = RunningTool.Start("serve", serve[0], [.. serve.Skip(1)], root.Directory, environment);
        return new ServingTool(root, running, log, node, on);
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>It is a member of its cluster when this returns.</summary>
    public Task JoinedAsync() => Eventually.TrueAsync(
        () => _running.IsRunning
            ? Says.Contains("member of a cluster", StringComparison.Ordinal)
            : throw new InvalidOperationException($"it has ended: {Says}"),
        "it is a member");

    /// <summary>Asks it with the command line, on its machine.</summary>
    public Task<Outcome> AskAsync(string command, params string[] arguments)
    {
        IReadOnlyList<string> ask = [.. _on, Tool.Ours.Path, command, "--node", Node, .. arguments];
        return Command.RunAsync(ask[0], [.. ask.Skip(1)]);
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> StopAsync()
    {
        await Command.RunAsync("kill", "-TERM", $"{_running.ProcessId}");
        HasEnded = true;
        return (await _running.EndAsync()).ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        HasEnded = true;
        await _running.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded) await KillAsync();
        var journal = $"{_root.Graph}-journal";
        if (Directory.Exists(journal)) Directory.Delete(journal, recursive: true);
    }
}
